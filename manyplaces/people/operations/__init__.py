"""Every change to organisations and to the people with an account."""

from manyplaces.people.operations.accounts import close_account, close_unused_accounts, open_account
from manyplaces.people.operations.agreed import carry_out_proposals, propose_reset
from manyplaces.people.operations.beginning import begin_coalition, print_first_run_code
from manyplaces.people.operations.coalition import change_coalition
from manyplaces.people.operations.contacts import (
    ask_for_contacts,
    forget_given_contacts,
    give_contact,
    ready_agreed_exports,
    take_contact_back,
    take_contacts_out,
    take_given_back,
)
from manyplaces.people.operations.exporting import export_journal, hand_out
from manyplaces.people.operations.keys import seal_anew
from manyplaces.people.operations.leaving import delete_account, delete_closed_accounts, delete_other
from manyplaces.people.operations.lockdown import lock_down, unlock
from manyplaces.people.operations.organisations import (
    change_organisation,
    find_or_add_organisation,
    name_organisation,
)
from manyplaces.people.operations.own import ask_new_address, change_address, change_own
from manyplaces.people.operations.passkeys import (
    Site,
    add_passkey,
    begin_adding,
    begin_passkey_sign_in,
    begin_showing,
    show_passkey,
    sign_in_with_passkey,
)
from manyplaces.people.operations.proposals import carried_out, due, propose, propose_about, second, stop
from manyplaces.people.operations.recovery import remove_passkey, renew_codes, take_factors_away, use_recovery_code
from manyplaces.people.operations.rights import Given, grant_role, invite, invite_again, move_ends, withdraw_role
from manyplaces.people.operations.signing import (
    Begun,
    ask_for_code,
    ask_to_prove,
    begin_session,
    end_session,
    end_sessions,
    forget_old_codes,
    prove,
    sign_in,
    was_just_used,
)
from manyplaces.people.operations.standing import (
    add_organisation,
    add_organisations,
    describe_organisation,
    end_link,
    lend_link,
    merge_spelling,
    trust_organisation,
)

__all__ = [
    "Begun",
    "Given",
    "Site",
    "add_organisation",
    "add_organisations",
    "add_passkey",
    "ask_for_code",
    "ask_for_contacts",
    "ask_new_address",
    "ask_to_prove",
    "begin_adding",
    "begin_coalition",
    "begin_passkey_sign_in",
    "begin_session",
    "begin_showing",
    "carried_out",
    "carry_out_proposals",
    "change_address",
    "change_coalition",
    "change_organisation",
    "change_own",
    "close_account",
    "close_unused_accounts",
    "delete_account",
    "delete_closed_accounts",
    "delete_other",
    "describe_organisation",
    "due",
    "end_link",
    "end_session",
    "end_sessions",
    "export_journal",
    "find_or_add_organisation",
    "forget_given_contacts",
    "forget_old_codes",
    "give_contact",
    "grant_role",
    "hand_out",
    "invite",
    "invite_again",
    "lend_link",
    "lock_down",
    "merge_spelling",
    "move_ends",
    "name_organisation",
    "open_account",
    "print_first_run_code",
    "propose",
    "propose_about",
    "propose_reset",
    "prove",
    "ready_agreed_exports",
    "remove_passkey",
    "renew_codes",
    "seal_anew",
    "second",
    "show_passkey",
    "sign_in",
    "sign_in_with_passkey",
    "stop",
    "take_contact_back",
    "take_contacts_out",
    "take_factors_away",
    "take_given_back",
    "trust_organisation",
    "unlock",
    "use_recovery_code",
    "was_just_used",
    "withdraw_role",
]
