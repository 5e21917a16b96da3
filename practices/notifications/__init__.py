"""Notifications: subscriptions, the outbox, channels, e-mails, WebSub pings and bounces."""
