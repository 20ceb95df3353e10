# Everything runs in .venv; nothing else is installed or changed. Needs Python 3.11 or later and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test lint examples schema quality calibrate bench peers changed clean

help:            ## các lệnh / the commands
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Cần Python 3.11 trở lên; chạy: make PYTHON=python3.11 … / Python 3.11 or later is needed: make PYTHON=python3.11 …"; exit 3; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

setup: $(VENV)/.ready-dev ## cài đặt để dùng và phát triển / set up for use and development

demo: $(VENV)/.ready ## kiểm tra một hợp đồng mẫu / check a shipped example contract
	@$(BIN)/hpcp check examples/telecom.pdf || [ $$? -eq 1 ]

test: $(VENV)/.ready-dev ## chạy mọi kiểm thử / pass all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/pytest -n auto

examples: $(VENV)/.ready-dev ## dựng lại hợp đồng mẫu / rebuild the example contracts
	$(BIN)/python examples/build.py

schema: $(VENV)/.ready ## dựng lại JSON Schema / rebuild the JSON Schema
	$(BIN)/python -m hpcp_rules.report.schema > docs/schema/report-1.0.schema.json

quality: $(VENV)/.ready ## đo lại các số liệu của docs/quality.md / measure the figures of docs/quality.md anew
	$(BIN)/python benchmarks/quality.py

calibrate: $(VENV)/.ready ## đo lại độ tin cậy của các quy tắc / measure the rules' confidence anew
	$(BIN)/python benchmarks/calibrate.py

bench: $(VENV)/.ready-dev ## đo tốc độ, bộ nhớ của docs/performance.md / measure speed and memory of docs/performance.md
	$(BIN)/python benchmarks/performance.py

peers: ## môi trường của các công cụ so sánh / environment of the engines we are compared with
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet -r benchmarks/peers/requirements.txt

BASE ?= HEAD
changed: $(VENV)/.ready ## dấu hiệu thêm, mất so với một commit / findings gained and lost against a commit
	@$(BIN)/python benchmarks/changed.py $(BASE)

clean: ## xóa môi trường ảo / remove the virtual environment
	rm -rf $(VENV)
