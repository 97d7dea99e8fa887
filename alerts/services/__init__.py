"""Everything that changes subscriptions and the outbox, by concern."""
