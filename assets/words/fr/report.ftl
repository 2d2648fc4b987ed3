# Le rapport autour des contrôles.

# Les marques ont leur propre colonne, avant le titre de chaque contrôle.
report-mark-pass = ok
report-mark-unknown = inconnu
report-mark-warn = attention
report-mark-fail = ÉCHEC

report-seen = Constat : { $evidence }
report-means = Explication : { $means }
report-fix = Que faire : { $fix }

report-none = Rien n’a été contrôlé.
report-summary = { $count ->
    [one] { $count } contrôle
   *[other] { $count } contrôles
} : { $outcomes }
report-count-pass = { $count } ok
report-count-unknown = { $count ->
    [one] { $count } inconnu
   *[other] { $count } inconnus
}
report-count-warn = { $count ->
    [one] { $count } avertissement
   *[other] { $count } avertissements
}
report-count-fail = { $count ->
    [one] { $count } échec
   *[other] { $count } échecs
}
