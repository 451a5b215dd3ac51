# One environment for everything, in .venv. PYTHON may name another interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# PyTorch for the processor alone: a tenth of the download. Used on Linux where there is no GPU.
TORCH_INDEX ?= https://download.pytorch.org/whl/cpu

.DEFAULT_GOAL := help
.PHONY: help demo lab test test-all check types types-of-lessons style built format build site benchmarks gpu-kit clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## grade a class of sample students in three lessons and show what comes out
	@$(BIN)/course demo 01 05 13

lab: $(READY) ## open the notebooks in JupyterLab
	@$(BIN)/course lab

test: check ## run the checks and the tests: 20 minutes on two cores
	$(BIN)/pytest -n 3 -m "not thorough" --durations 10

test-all: test ## and those that take longer
	$(BIN)/pytest -n 3 -m thorough --durations 10

check: $(READY) ## ruff, mypy, and whether the notebooks are what the sources give
	@$(MAKE) --no-print-directory -j2 types types-of-lessons style built

types:
	$(BIN)/mypy

# A cache of its own: with other settings mypy would throw that of `types` away.
types-of-lessons:
	$(BIN)/mypy --config-file= --follow-imports=silent --ignore-missing-imports \
	  --allow-redefinition --cache-dir=.mypy_cache/lessons solutions/*/[0-9]*.py

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

built:
	$(BIN)/course build --check

format: $(READY) ## format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

build: $(READY) ## write notebooks/ from solutions/
	@$(BIN)/course build

site: $(READY) ## write build/site/html: the course to read without installing
	@$(BIN)/course site

benchmarks: $(READY) ## measure what the documentation claims
	$(BIN)/python -m benchmarks.ladder
	$(BIN)/python benchmarks/lessons.py
	$(BIN)/python benchmarks/distances.py
	$(BIN)/python benchmarks/rnn.py
	$(BIN)/python benchmarks/speedrun.py notebook --dataset shapes --runs 3
	$(BIN)/python benchmarks/conv.py
	$(BIN)/python benchmarks/grading.py
	$(BIN)/python benchmarks/captioning.py train
	$(BIN)/python benchmarks/visualizing.py faithful
	$(BIN)/python benchmarks/detection.py train

gpu-kit: $(READY) ## write build/gpu: lesson 15's measurements for a machine with a GPU
	@$(BIN)/python -m benchmarks.gpu.pack

clean: ## remove the environment and everything that was generated
	rm -rf $(VENV) build .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3"; exit 1; }
	@echo "Installing, once; it takes a few minutes. 1 of 3: an environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@# A local wheel or the CPU index, if either is there; else the next line takes what pip finds.
	@if [ "$$(uname)" = Linux ] && ! command -v nvidia-smi >/dev/null; then \
	  echo "2 of 3: PyTorch for the processor alone"; \
	  $(BIN)/pip install -q --no-deps --no-index -c constraints.txt torch 2>/dev/null \
	  || $(BIN)/pip install --no-deps --index-url $(TORCH_INDEX) -c constraints.txt torch \
	  || echo "No CPU build of PyTorch could be had; taking the standard one."; fi
	@echo "3 of 3: the course and the libraries that it uses"
	@$(BIN)/pip install -c constraints.txt -e '.[dev]'
	@touch $@
