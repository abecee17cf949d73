"""Poses before they are relaxed: grown from the hinge, laid over known ligands, docked; and how alike they are."""
