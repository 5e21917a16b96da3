# Commands for developers; "make" alone lists them. They need Python, git, a network and GNU make 3.81 or newer.
# Everything else is downloaded into .venv and var, which git ignores.

PORT ?= 8000
export PORT

# Always run in development mode, even in a shell with production settings.
unexport SECRET_KEY SECRET_KEY_FILE DEBUG DEBUG_FILE

# With it, every test process would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

BIN = .venv/bin
MANAGE = $(BIN)/python manage.py

.PHONY: help run test browser fuzz pictures benchmark benchmark-mail lint lint-code lint-rules format messages audit port packages developer-packages

help:
	@echo "make run      serve the catalogue on http://127.0.0.1:8000/   (another port: PORT=8001 make run)"
	@echo "make test     run the tests   (some: make test ARGS='-k feed'; on PostgreSQL: DATABASE_URL=… make test)"
	@echo "make browser  run the tests in a real browser: the ways through, accessibility, valid HTML"
	@echo "make fuzz     ask the API what its description allows and what it does not, 100 times for each address"
	@echo "make lint     check style, types, layers, templates, migrations and the settings of production"
	@echo "make audit    ask osv.dev whether a package we use has a known vulnerability; fails if it cannot be asked"
	@echo "make pictures take pictures of the main pages in every look, into var/pictures"
	@echo "make benchmark  measure catalogues of 1,000 and 50,000 practices (benchmarks/README.md says how)"
	@echo "make benchmark-mail  kill senders, and show that no e-mail is lost or doubled; say how quickly they go"
	@echo "make messages write what is to be translated into the message files, locale/*/LC_MESSAGES/django.po"
	@echo "make format   give Python and templates the style that lint asks for"

# "exec" replaces the shell, so that signals reach quickstart, which then stops the server and the e-mail sender.
run: port packages
	@SITE_URL="$${SITE_URL:-http://127.0.0.1:$$PORT}" exec $(MANAGE) quickstart --port "$$PORT"

test: developer-packages
	$(BIN)/python -m pytest -m "not browser" $(ARGS)

browser: developer-packages
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest -m browser $(ARGS)

fuzz: export API_EXAMPLES ?= 100
fuzz: developer-packages
	$(BIN)/python -m pytest tests/exchange/api/test_description.py $(ARGS)

pictures: developer-packages
	REQUIRE_BROWSER=1 $(BIN)/python -m pytest tests/browser/pictures.py

benchmark-mail: developer-packages
	$(BIN)/python -m benchmarks.mail $(ARGS)

benchmark: developer-packages
	$(BIN)/python -m benchmarks $(ARGS)

# In parts of about the same length, for machines that do two at once: make --jobs 2 --output-sync lint
lint: lint-code lint-rules

lint-code: developer-packages
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	find templates -name '*.html' -exec $(BIN)/djade --target-version 6.1 --check {} +
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(MANAGE) makemigrations --check --dry-run
	SECRET_KEY=lint-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789 \
	SITE_URL=https://practices.example.org \
	MAIL_HOST=smtp.example.org \
	DATABASE_URL=postgresql:///catalogue \
	$(MANAGE) check --deploy --fail-level WARNING

lint-rules: developer-packages
	$(BIN)/python .ci/unmarked.py templates practices catalogue
	$(BIN)/python .ci/messages.py check
	$(BIN)/bandit --quiet --recursive --configfile pyproject.toml practices catalogue manage.py
	PATH="$(CURDIR)/$(BIN):$$PATH" semgrep scan --metrics=off --disable-version-check --quiet --error \
	--config .ci/security-rules.yml practices catalogue templates static

format: developer-packages
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/ruff format
	find templates -name '*.html' -exec $(BIN)/djade --target-version 6.1 {} + || true  # exits with 1 if it changed a file

messages: developer-packages
	$(BIN)/python .ci/messages.py write
	$(BIN)/python -m practices.core.message_files locale

audit: packages
	@sh .ci/audit

port:
	@case "$$PORT" in \
	'' | 0* | *[!0-9]* | ??????*) echo "PORT must be a number such as 8001, not “$$PORT”." >&2; exit 1 ;; \
	esac

packages:
	@sh .ci/setup

developer-packages:
	@sh .ci/setup --dev
