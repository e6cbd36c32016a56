"""What is changed in PySide and Python as they are loaded, and why; each is watched in `test_workarounds.py`."""
