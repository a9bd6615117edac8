"""The pieces that pages are put together of: one lesson each, from its controls to its explanation."""
