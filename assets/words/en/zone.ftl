# A zone that BIND holds on the server itself.

step-zone = A DNS zone on this server
step-zone-why =
    Where this very server is the name server of a mail domain, the DNS records are put into the zone's file: what does
    as well stays, comments stay, the serial is raised, BIND's own check comes first, and what BIND then serves is looked
    at. Everywhere else you publish the records yourself, and nothing is done here. Going back puts the old file in place
    again, with its lower serial; secondary servers keep the newer zone until the serial has passed theirs.

question-zone-edit = Put the records into the zone's file
question-zone-edit-help =
    BIND on this server holds the zone of a domain. yes puts the records into its file; you see the difference before.
    no leaves it alone: `mailwright dns` lists what to publish.

question-zone-obsolete = Records that nobody reads any more
question-zone-obsolete-help =
    The zone has SPF records of a type of their own (given up in 2014), Sender-ID, ADSP or DomainKeys records (all
    historic). keep leaves them, which does no harm; remove takes them out.

change-zone = Put the { $count ->
    [one] { $count } record
   *[other] { $count } records
} of the server into the zone { $zone } ({ $path }), where missing or wrong
change-zone-removing = Put the { $count ->
    [one] { $count } record
   *[other] { $count } records
} of the server into the zone { $zone } ({ $path }), where missing or wrong, and take out what nobody reads any more

check-zone-served = BIND here serves the zone { $about } with the server's records
check-zone-served-means =
    What stands in the zone's file is not what the world is told: BIND has not loaded it, or a record in it is another.
check-zone-served-fix =
    See what is wrong with the file, let BIND load it, and see what it says:
        named-checkzone { $about } { $path }
        rndc reload { $about }
        journalctl --boot --unit named --lines 50

check-zone-by-hand = The zone files of BIND here can be edited
check-zone-by-hand-means =
    BIND on this server holds the zone of a domain, but its file must not or cannot be edited from outside. It is left
    alone.
check-zone-by-hand-fix =
    Put the records into the zone the way you always do. They are listed by
        mailwright dns

check-zone-obsolete = The zones here have no records that nobody reads any more
check-zone-obsolete-means =
    They do no harm, but are dead weight. SPF is read from TXT records alone since 2014; Sender-ID (spf2.0) and ADSP
    are historic, DMARC took their place; so is DomainKeys and its policy at _domainkey, since there is DKIM.
check-zone-obsolete-fix =
    Take them out by hand, or write obsolete = "remove" below [zone] in the answers and run setup again.

answer-zone-unused = with edit = "no" nothing is taken out of the zone either
answer-zone-edit-meaning = Whether the records are put into the zones that BIND on this server holds
answer-zone-edit-allowed = "yes" or "no"
answer-zone-obsolete-meaning = What is done with records in them that nobody reads any more
answer-zone-obsolete-allowed = "keep" or "remove"
