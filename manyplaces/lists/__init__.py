"""Lists of sites that a coordinator pastes or a partner sends: matched, asked about once, committed in one step."""
