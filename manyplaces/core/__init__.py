"""The ground: who acts, the refusals, fuzzy dates, local times, words, tables and the number of the record."""
