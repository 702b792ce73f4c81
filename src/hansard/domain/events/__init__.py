"""One class per event type, one file per noun; product.md's vocabulary.

Importing a file registers its types; `codec` imports them all. Nothing here acts.
"""
