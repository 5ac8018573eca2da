"""Organisations under every spelling of their names, and the people who may do something, with their rights."""

from manyplaces.people.models.accounts import Person, RoleGrant
from manyplaces.people.models.coalition import Coalition
from manyplaces.people.models.contacts import ContactExport, GivenContact
from manyplaces.people.models.organisations import Organisation, OrganisationName
from manyplaces.people.models.proposals import Proposal
from manyplaces.people.models.signing import FirstRunCode, Passkey, RecoveryCode, Session, SignIn

__all__ = [
    "Coalition",
    "ContactExport",
    "FirstRunCode",
    "GivenContact",
    "Organisation",
    "OrganisationName",
    "Passkey",
    "Person",
    "Proposal",
    "RecoveryCode",
    "RoleGrant",
    "Session",
    "SignIn",
]
