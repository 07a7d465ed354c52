# One command for each thing that people do here; "make help" lists them.

BIN := .venv/bin
PYTHON_IN := $(BIN)/python
RUN_STAMP := .venv/.installed-run
DEVELOPMENT_STAMP := .venv/.installed-development
LANGUAGE := zh_Hant
COMPILE := $(BIN)/uv pip compile --quiet --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"

export PYTHONUNBUFFERED := 1

.DEFAULT_GOAL := help
.PHONY: help demo test check bench rush install serve worker lock messages screenshots clean development chromium

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

demo: install ## everything on this machine, with a day's applications, until Ctrl-C
	@$(PYTHON_IN) -m hos_portal.embedded.demo

test: development chromium check ## every test, those in a browser and with faults included
	@$(PYTHON_IN) -m pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile

check: development ## style, types, import contracts, missing migrations and translations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PYTHON_IN) -m hos_portal.embedded.stand_in $(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(PYTHON_IN) manage.py makemigrations --check --dry-run
	$(PYTHON_IN) .ci/check_translations
	$(BIN)/djlint --quiet --lint templates

bench: development ## measure, beside a floor in the same run, and print the ratios
	@$(PYTHON_IN) -m benchmarks $(if $(SCALE),--scale $(SCALE)) $(if $(SUBJECT),--subject $(SUBJECT))

rush: development ## the last minutes before closing: RATE a second for MINUTES; URL of a portal that is up
	@$(PYTHON_IN) -m benchmarks.rush $(if $(RATE),--rate $(RATE)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(BURST),--burst $(BURST)) $(if $(URL),--url $(URL))

install: $(RUN_STAMP) ## .venv and everything that running needs

serve: install ## the portal, against the services that the environment names
	@exec $(PYTHON_IN) -m hos_portal.processes serve

worker: install ## a worker with the clock of periodic tasks, likewise
	@exec $(PYTHON_IN) -m hos_portal.processes worker

lock: development ## resolve the newest allowed versions into requirements/
	$(COMPILE) --upgrade requirements/installer.in --output-file requirements/installer.txt
	$(COMPILE) --upgrade pyproject.toml --output-file requirements/run.txt
	$(COMPILE) --upgrade pyproject.toml --extra development --constraint requirements/run.txt \
		--output-file requirements/development.txt

messages: development ## collect the texts to translate and compile the translations (needs gettext)
	$(PYTHON_IN) manage.py makemessages --locale $(LANGUAGE) --add-location file --ignore tests
	$(PYTHON_IN) manage.py compilemessages --locale $(LANGUAGE) --ignore .venv

screenshots: development chromium ## take the pictures of the README
	@$(PYTHON_IN) -m tests.browser.take_screenshots

clean: ## remove .venv and caches; data in var/ stay
	rm -rf .venv .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

development: $(DEVELOPMENT_STAMP)

chromium:
	@.ci/install_chromium

$(RUN_STAMP): requirements/run.txt requirements/installer.txt .ci/install
	@PYTHON="$(PYTHON)" .ci/install run

$(DEVELOPMENT_STAMP): requirements/development.txt requirements/installer.txt .ci/install
	@PYTHON="$(PYTHON)" .ci/install development
