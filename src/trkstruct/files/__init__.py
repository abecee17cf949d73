"""Whole or not at all: atomic writing, cache, downloads, what ships, tables of a user."""
