"""The record as plain files that open from the disk: the site's own pages, with everything they show, in one ZIP."""
