import Schema

/// Views for people who open a replica with other programs. Docs/Community.md names them and their columns; nothing here reads them.
extension View {
    static let community: [View] = [contactName, contactIdentity, contactLastMoment, consentEffective]

    /// "Fatima el Amrani"; sorted as Dutch lists are, by the family name without the infix: "Amrani, Fatima el".
    private static let contactName = View(
        "contact_name", of: ["contact"],
        """
            select id as contact,
                coalesce(own, full_name, nick, firm, id) as display_name,
                coalesce(own, case when family is null then full_name
                         else family || coalesce(', ' || given, '') || case when given is null then ',' else '' end end
                         || case when family is null or inf is null then '' else ' ' || inf end, nick, firm, id) as sort_name
            from (
                select id, given, inf, family, nick, firm, case when \(isIndividualText("kind")) then null else firm end as own,
                    nullif(trim(coalesce(given || ' ', '') || coalesce(inf || ' ', '') || coalesce(family, '')), '') as full_name
                from (
                    select id, kind, nullif(trim(given_name), '') as given, nullif(trim(infix), '') as inf,
                        nullif(trim(family_name), '') as family, nullif(trim(nickname), '') as nick,
                        nullif(trim(organisation), '') as firm
                    from contact
                )
            )
            """)

    /// For each contact the one that stands for the person: the smallest id that "same" links lead to and that is there,
    /// unless a "different" lies within the group (see `Identities`, which says the same).
    private static let groups = """
        with recursive
            edge(a, b) as (
                select contact, other from identity_link where verdict = 'same' and contact <> other
                union select other, contact from identity_link where verdict = 'same' and contact <> other),
            reach(a, b) as (select a, b from edge union select reach.a, edge.b from reach join edge on edge.a = reach.b),
            refused(a) as (
                select one.a from identity_link
                    join reach as one on one.b = identity_link.contact
                    join reach as two on two.a = one.a and two.b = identity_link.other
                where identity_link.verdict = 'different' and identity_link.contact <> identity_link.other),
            folded(contact, person) as (
                select reach.a, min(reach.b) from reach join contact on contact.id = reach.b
                where reach.a not in (select a from refused) group by reach.a)
        """

    private static let contactIdentity = View(
        "contact_identity", of: ["contact", "identity_link"],
        """
            \(groups)
            select contact.id as contact, coalesce(folded.person, contact.id) as person,
                contact.id in (select a from refused) as is_contradicted
            from contact left join folded on folded.contact = contact.id
            """)

    /// Days since the last moment with anyone of the person's contacts; null when there was none.
    private static let contactLastMoment = View(
        "contact_last_moment", of: ["contact", "identity_link", "contact_moment", "contact_moment_contact"],
        """
            \(groups),
            moment(person, day) as (
                select coalesce(folded.person, contact_moment_contact.contact), max(julianday(contact_moment.occurred_at))
                from contact_moment_contact
                    join contact_moment on contact_moment.id = contact_moment_contact.contact_moment
                    left join folded on folded.contact = contact_moment_contact.contact
                group by 1)
            select contact.id as contact, strftime('%Y-%m-%dT%H:%M:%SZ', moment.day) as last_moment_at,
                cast(julianday('now') - moment.day as integer) as days_ago
            from contact left join folded on folded.contact = contact.id
                left join moment on moment.person = coalesce(folded.person, contact.id)
            """)

    /// For every contact and purpose that anyone of the person's contacts has said something about: withdrawn once counts,
    /// then given and still valid today, then expired.
    private static let consentEffective = View(
        "consent_effective", of: ["contact", "identity_link", "consent"],
        """
            \(groups),
            said(person, purpose, state) as (
                select coalesce(folded.person, consent.contact), consent.purpose,
                    min(case when consent.state = 'withdrawn' then 1
                             when consent.valid_until is null or consent.valid_until >= date('now') then 2 else 3 end)
                from consent left join folded on folded.contact = consent.contact
                where consent.state in ('given', 'withdrawn') group by 1, 2),
            member(contact, person) as (
                select contact, person from folded
                union all select person, person from said where person not in (select contact from folded) group by person)
            select contact.id as contact, said.purpose, case said.state when 1 then 'withdrawn' when 2 then 'given' else 'expired' end as state
            from said join member on member.person = said.person join contact on contact.id = member.contact
            """)
}
