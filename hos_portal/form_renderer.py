"""How forms become HTML: the portal's own field and form templates, Django's own widgets."""

from django.forms.renderers import TemplatesSetting


class HosFormRenderer(TemplatesSetting):
    """Renders ``{{ form }}`` and ``{{ field.as_field_group }}`` with ``templates/forms/``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
