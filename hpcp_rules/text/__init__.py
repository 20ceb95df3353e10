"""Vietnamese text: NFC, folding that keeps length, syllable tokens with offsets."""
