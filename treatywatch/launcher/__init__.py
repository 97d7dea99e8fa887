"""The launcher behind `./tw`: standard library only, because it runs before anything is installed."""
