# The commands of the house; README.md explains them. Nothing outside this folder is needed but python3, make and git.
PYTHON ?= python3
PORT ?= 8000
PY = .venv/bin/python
PYTEST_ARGS ?= -n 2

.PHONY: help run stop test check demo-reset screenshots doctor
.DEFAULT_GOAL := help

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null || grep '##' Makefile

run:  ## Set up, start everything, print the address and the demo logins (PORT=8001 for another port)
	@$(PYTHON) scripts/bootstrap.py
	@exec $(PY) manage.py serve --port $(PORT)

stop:  ## Stop the private PostgreSQL that a manage.py command has started
	@$(PY) -m pmo.core.embedded stop

test:  ## Set up and run the whole suite
	@$(PYTHON) scripts/bootstrap.py --dev
	@DATABASE_URL=$${DATABASE_URL:-postgres://unused@unused/unused} $(PY) manage.py prepare --static-only
	@$(PY) -m pytest $(PYTEST_ARGS)

check:  ## Lint, format, types, import rules, migrations, deploy checks
	@$(PYTHON) scripts/bootstrap.py --dev
	@$(PY) scripts/check.py

demo-reset:  ## Throw the demo away and load it anew
	@$(PY) manage.py demo reset

screenshots:  ## Take the pictures under docs/ again
	@$(PY) scripts/screenshots.py

doctor:  ## Say what runs, where the data lie and what is wrong
	@$(PY) manage.py doctor
