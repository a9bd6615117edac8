"""make latency: how soon pages stand, a first training shows a point and a control's move changes the picture.

Measured in a real Chromium against a real server, as a visitor of this machine would see it.
"""
