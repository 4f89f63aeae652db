#!/bin/sh
# SPDX-License-Identifier: MIT
edgeai-run -m "$MODELS/alphabet.gguf" --infill 'From A[MASK:3] to Q[MASK], or <|mask|>.'
edgeai-run -m "$MODELS/alphabet.gguf" --infill 'no gap'
