"""What the window of a node is made of; kiosk/window.py puts it together."""
