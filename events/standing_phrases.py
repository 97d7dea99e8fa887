"""What the record says of clauses, ends and readings again and again, and is told in the reader's language.

An editor writes these texts in English, as everything on record. Those that stand here have a translation in the
catalogues; one that does not is shown as written, and says its language.
"""

from django.utils.translation import gettext_noop as _

STANDING = frozenset(
    (
        _("It has no clause on withdrawal."),
        _("It has no ordinary clause on withdrawal."),
        _("The treaty is of unlimited duration."),
        _("the notice is withdrawn before that day."),
        _(
            "the notice is withdrawn before that day. A state engaged in an armed conflict when the period ends "
            "stays bound until the conflict is over."
        ),
        _("the Security Council decides to continue the lifting of the sanctions."),
        _("46 months after entry into force and every five years after that; the parties set the days."),
        _("In the same manner as the convention itself."),
        _("Every five years, if a majority asks for it; the parties set the days."),
        _("Every five years, if not decided otherwise; the parties set the days."),
        _("Five years after entry into force, then as review conferences decide."),
        _("Five years after entry into force, then at intervals of at least five years that the parties set."),
        _("Five years after entry into force, then at intervals of at least five years."),
        _("Five years after entry into force, then every six years; the parties set the days."),
        _(
            "It binds a state once all the conditions of Article 29(1) are met or, earlier, once the state has "
            "waived them in a declaration; the dates of the declarations are not on record."
        ),
        _("It cannot be terminated while the Threshold Test Ban Treaty is in force."),
        _("It stands and falls with START I."),
        _("On the exchange of the instruments of ratification, but not before START I is in force."),
        _(
            "Twenty-five years after entry into force a conference of the parties decides by majority how long it "
            "continues."
        ),
        _(
            "Only where an amendment agreed at a review conference has not entered into force within two years; "
            "notice then takes effect two years after its receipt."
        ),
        _("Ten years after entry into force; the treaty is not in force."),
        _("The parties may extend it by five-year periods, by agreement before it expires."),
        _("The treaty is not in force; a state that ratifies later is bound on the thirtieth day after its deposit."),
        _("Three years after entry into force and every five years after that; the parties set the days."),
        _("Russia: notice on 9 June 2023, effect at 00:00 on 7 November 2023, after 150 full days"),
        _("the inspection regime ended on 31 May 2001, the last full day of the thirteenth year"),
        _("No effect before the end of an armed conflict in which the state is engaged"),
        _("A statement of the extraordinary events that jeopardise its supreme interests"),
        _("A full explanation of the reasons"),
        _("Extraordinary events that jeopardise its supreme interests"),
        _("None: in exercise of national sovereignty"),
        _("Only after a breach by another party"),
        _("All Parties"),
        _("All Parties and UNSC"),
        _("All Parties and the UN Security Council"),
        _("All Parties, Depositary, UNSC"),
        _("All Parties, Executive Council, Depositary and the UN Security Council"),
        _("All Parties, Executive Council, Depositary, UNSC"),
        _("Depositaries"),
        _("Depositary"),
        _("Depositary and all Parties"),
        _("Director"),
        _("OPANAL Secretary-General"),
        _("Parties"),
        _("The other Party"),
        _("UN Secretary-General"),
        _("Expired"),
        _("Terminated"),
        _("Terminated (disputed)"),
        _("Terminated by the withdrawal of the United States"),
        _("The majority view"),
        _("Those who hold that it never took effect"),
    )
)
