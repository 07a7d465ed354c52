"""Store the block roots of registers that were frozen before there were any."""

from itertools import count, islice

from django.db import migrations

from lottery.ballot.merkle import compute_root, hash_leaf

BLOCK_LINES = 1024


def fill_blocks(apps, schema_editor):
    """Store the block roots of registers that were frozen before there were any."""
    Register = apps.get_model("lottery", "Register")
    RegisterBlock = apps.get_model("lottery", "RegisterBlock")
    for register in Register.objects.all():
        lines = register.entries.order_by("number").values_list("line", flat=True).iterator()
        for index in count():
            leaves = [hash_leaf(line) for line in islice(lines, BLOCK_LINES)]
            if not leaves:
                break
            root = compute_root(leaves).hex()
            RegisterBlock.objects.create(register=register, index=index, root=root)


class Migration(migrations.Migration):
    dependencies = [("lottery", "0002_the_ballot_in_full")]
    operations = [migrations.RunPython(fill_blocks, migrations.RunPython.noop)]
