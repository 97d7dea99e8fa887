"""What a page shows, for programs: tables, documents, feeds and calendars, under the page's own filters."""
