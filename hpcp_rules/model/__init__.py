"""Pure types: no input or output, nothing of the layers above."""
