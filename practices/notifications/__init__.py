"""E-mail updates and pings: subscriptions, outbox, channels, e-mails, bounces."""
