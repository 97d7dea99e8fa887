"""Who works at the desk: roles, signing in with a second factor, and what a sign-in that ran out leaves behind."""
