"""What was said about an action: figures that people claim, what was published, notes on the record."""

from manyplaces.record.models.claims import Claim, Correction, PublicClaims, RecordNote, TallyPoint
from manyplaces.record.models.media import LinkWatch, MediaHit, PublicHits

__all__ = ["Claim", "Correction", "LinkWatch", "MediaHit", "PublicClaims", "PublicHits", "RecordNote", "TallyPoint"]
