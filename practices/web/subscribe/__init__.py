"""Subscribing to e-mail updates and managing subscriptions."""
