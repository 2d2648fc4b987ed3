# The screens of the wizard.

# The frame.
wizard-too-small = Please make this window larger: 60 columns and 18 lines at least.
wizard-looking-at = looking at this server ...
wizard-unchanged = nothing has been changed yet
wizard-changed = { $count ->
    [one] { $count } change made
   *[other] { $count } changes made
}
wizard-fetching = packages { $percent } %
wizard-step-of = Step { $step } of { $of }
wizard-stopping = Stopping after the change in hand ...
wizard-search = Search:

# How a step stands.
wizard-mark-todo = to do
wizard-mark-answered = ready
wizard-mark-applying = applying
wizard-mark-applied = applied
wizard-mark-checked = checked
wizard-mark-failed = failed
wizard-mark-undone = undone

# What a key does, in a word or two.
wizard-key-accept = accept
wizard-key-add = add
wizard-key-again = check again
wizard-key-alone = apply up to here
wizard-key-answers = change answers
wizard-key-change = change the answer
wizard-key-choose = choose
wizard-key-closing = settings and records
wizard-key-close = close
wizard-key-copy = copy records
wizard-key-delete = delete
wizard-key-diff = show
wizard-key-edit = edit
wizard-key-fetch = fetch packages
wizard-key-health = health
wizard-key-help = help
wizard-key-import = import
wizard-key-leave = leave
wizard-key-log = log
wizard-key-look = look again
wizard-key-next = next
wizard-key-other = another
wizard-key-previous = back
wizard-key-rehearse = rehearse
wizard-key-retry = retry
wizard-key-search = search
wizard-key-start = start
wizard-key-steps = steps
wizard-key-stop = stop
wizard-key-undo = undo all
wizard-key-undo-step = undo this step
wizard-key-write = write to a file

# The names of keys.
wizard-name-enter = Enter
wizard-name-escape = Esc
wizard-name-page-down = PgDn
wizard-name-page-up = PgUp
wizard-name-space = Space

# Help.
wizard-help = Help
wizard-help-keys = Keys on this page
wizard-help-marks = The marks of the steps
wizard-help-tab = on to the next part of the page; Shift-Tab goes back, the arrows go one by one
wizard-help-esc = closes what is open, else goes one page back
wizard-help-line =
    in a line of text: to its start, to its end, clear before the cursor, clear after it, clear a word

# A step's page.
wizard-default = (default)
wizard-nothing = (nothing yet)
wizard-next = Next: { $step }
wizard-changes = What this will change: { $count ->
    [one] { $count } change
   *[other] { $count } changes
}
wizard-changes-none = This step changes nothing.
wizard-changes-hold = Nothing to change here: all of it stands already.
wizard-changes-held = { $count ->
    [one] { $count } more stands already
   *[other] { $count } more stand already
}
wizard-changes-planning = Working out what will change ...
wizard-changes-waiting = What this will change shows once "{ $question }" is right ({ $why }).
wizard-change-holds = This stands already as it should be.
wizard-looking = Looking at this server ...
wizard-live-name = This machine is called { $name } now.
wizard-live-addresses = On this machine: { $addresses }
wizard-live-no-address = This machine has none.
wizard-dns-asking = DNS: looking ...
wizard-dns-nothing = DNS: no such name yet. It can be added later; the last page shows the records.
wizard-dns-unknown = DNS: no answer, so nothing is known of this name.
wizard-dns-ours = DNS: { $addresses }, this server.
wizard-dns-some = DNS: { $addresses }; not all of them are this server's.
wizard-dns-others = DNS: { $addresses }, which is not this server.
wizard-fetch-offer = The packages can come in the background while you answer: press f.
wizard-fetch-coming = The packages are on their way: { $percent } %.
wizard-fetch-here = The packages are here.
wizard-fetch-failed = The packages could not be fetched yet ({ $why }); the setup will try again.

# Tables.
wizard-table-none = none yet; Enter adds one
wizard-table-add = add another
wizard-password-set = set
wizard-password-missing = missing
wizard-form-busy = Hashing the password ...
wizard-form-password = a password is needed
wizard-form-generate = Ctrl-G makes one  ·  Ctrl-R shows what is typed
wizard-form-kept = Leave this empty to keep the password that is set.
wizard-form-note = Note it down now: only its hash is kept, so it is never shown again.
wizard-import = Import a list
wizard-import-why = A text file in CSV on this server. Its first line names the columns, and so the table:
wizard-import-path = Path of the file
wizard-import-busy = Reading ...
wizard-imported = Imported: { $added } new, { $updated } updated.
wizard-jump = Go to

# The review.
wizard-review = Review
wizard-review-count = { $count ->
    [one] { $count } change
   *[other] { $count } changes
} { $steps }
wizard-review-steps = { $count ->
    [one] in one step
   *[other] in { $count } steps
}
wizard-review-nothing = Nothing to change: this server is as the answers want it.
wizard-review-open = Some answers are still open
wizard-review-problem = Enter goes to the step.
wizard-start = Start the setup
wizard-start-changes = Make these changes
wizard-start-checks = Check this server
wizard-rehearse = Rehearse it first, on a throwaway Debian inside this server
wizard-found = { $count ->
    [one] { $count } change holds
   *[other] { $count } changes hold
} "{ $text }"
wizard-not-root = You are not root, so this is a look only: nothing can be changed or saved. Run mailwright with sudo.
wizard-starting = Starting ...
wizard-look-again = Looking at this server again ...
wizard-at-work = A run is at work already.
wizard-start-wrong = Not yet: some answers are open or wrong; they stand at the top of the review.
wizard-start-unfit = Not ready yet: see the top of the review. Looking at this server again ...
wizard-start-planning = One moment: the plan is being worked out; the question comes by itself.

# Questions with yes and no.
wizard-ask-start = { $count ->
    [0] Nothing is to be changed. Run the checks of all steps now?
    [one] Make this { $count } change now?
   *[other] Make these { $count } changes now?
}
wizard-ask-start-step = { $count ->
    [0] Nothing is to be changed up to "{ $step }". Check it now?
    [one] Make this { $count } change, up to "{ $step }", now?
   *[other] Make these { $count } changes, up to "{ $step }", now?
}
wizard-ask-edited = Changed by hand since mailwright wrote them: { $files }. Overwrite them? What stands there now is kept.
wizard-ask-rehearse =
    A rehearsal runs the whole setup on a throwaway Debian host inside this server and then removes it. It takes some
    minutes and about 1 GB under /var/cache/mailwright, and installs systemd-container and mmdebstrap if they are
    missing. Rehearse now?
wizard-ask-undo = { $count ->
    [one] Take back { $count } change: "{ $step }" and the steps after it?
   *[other] Take back { $count } changes: "{ $step }" and the steps after it?
}
wizard-ask-undo-all = { $count ->
    [one] Take back { $count } change, all there is? Mail is saved first.
   *[other] Take back all { $count } changes? Mail is saved first.
}
wizard-ask-delete = Delete { $name } from the list?
wizard-leave-unsaved = The answers could not be saved and will be lost. Leave all the same?

# A run.
wizard-run-setup = Setting up this server
wizard-run-back = Taking changes back
wizard-run-rehearsal = Rehearsal
wizard-percent = { $percent } %
wizard-made-of = { $made } of { $all } changes made
wizard-made = { $count ->
    [one] { $count } change made
   *[other] { $count } changes made
}
wizard-taken-back = { $count ->
    [one] { $count } change taken back
   *[other] { $count } changes taken back
}
wizard-time = { $elapsed } elapsed
wizard-time-of = { $elapsed } elapsed, about { $expected } in all
wizard-log = Log
wizard-step-made = Made and checked.
wizard-rehearsal-at-work = The whole setup runs on a throwaway host. This server stays as it is.
wizard-rehearsal-well = The rehearsal went well, and the throwaway host is gone. This server is untouched.
wizard-to-review = Back to the review

# A run that stopped.
wizard-failed = This did not work
wizard-stopped = Stopped, as you asked
wizard-failure-doing = What was being done
wizard-failure-seen = What was seen
wizard-failure-hint = What can be done
wizard-failure-log = The end of the log
wizard-choice-retry = Try again
wizard-choice-go-on = Go on
wizard-choice-change = Change the answers of this step
wizard-choice-undo-step = Undo this step
wizard-choice-undo-all = Undo everything
wizard-choice-leave = Leave, and go on another time
wizard-choice-resume = Go on with the setup
wizard-choice-look = Look at the answers
wizard-choice-again = Go to the review and start again

# Coming back.
wizard-back = Welcome back
wizard-back-interrupted = The setup was interrupted before its end.
wizard-back-failed = The setup did not come to its end.
wizard-back-rollback = A rollback did not come to its end.
wizard-back-partly = Some of the setup was taken back.
wizard-back-done = Where it stands
wizard-back-count = { $count ->
    [one] { $count } change made
   *[other] { $count } changes made
}
wizard-back-in-hand = In hand when it ended: { $subject }. It is settled first when you go on.
wizard-undone = Taken back
wizard-welcome-back = Welcome back: your answers were kept.
wizard-unsaved = The answers could not be saved: { $why }
wizard-other = Another mailwright
wizard-other-at-work = Another mailwright is at work on this server.
wizard-other-why = You can watch it here. When it ends, this screen shows where the server stands.

# Health.
wizard-health = Health
wizard-health-well = This mail server is in good health.
wizard-health-look = Some things want a look.
wizard-checking = Checking ...

# The end.
wizard-closing = Your mail server
wizard-closing-records = Press c to copy them, w to write them to a file.
wizard-copied = Sent to your terminal's clipboard. If nothing arrives, w writes the records to a file.
wizard-written = The records are in { $path }.
wizard-import-again = The answers changed while the list was read, so it was not taken up. Import it again.
wizard-leave-form = What stands in this form is in no answer yet. Leave without it?
wizard-start-changed = The plan has changed meanwhile: look at it, and start again.
