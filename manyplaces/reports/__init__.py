"""How it went: what sites report, their pictures, and the account of it all."""
