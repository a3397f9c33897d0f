# SPDX-License-Identifier: BSD-2-Clause
# Lets another function take the place of one of a C file: of each name in `names` the definition is renamed
# stock_NAME, and NAME itself is only declared, so that all callers reach what is defined elsewhere.
# Definitions are recognised as the kernel writes them: they begin and their body opens in the first column.
# Of each name in `asked` that FILE defines, HAS_NAME is defined at its end; the function stays as it is. A name in `maybe` is
# taken the place of and told of, if FILE defines it.
#   awk -v names="f g" -v asked="h" -v maybe="i" -v where=TEXT -f interpose.awk FILE
# Ends with status 1 after a line on stderr for each name that FILE does not define.
BEGIN {
    split(names, list)
    for (i in list)
        missing[list[i]] = 1
    split(maybe, list)
    for (i in list)
        missing[list[i]] = optional[list[i]] = 1
    split(asked, list)
    for (i in list)
        unseen[list[i]] = 1
}

{ line[NR] = $0 }

# The one of these names that line i may define, or "".
function candidate(i, of,    name) {
    if (line[i] !~ /^[A-Za-z_]/)
        return ""
    for (name in of)
        if (line[i] ~ ("(^|[ *])" name "\\("))
            return name
    return ""
}

# The line of the opening brace of the definition that line i begins, or 0.
function body(i,    j) {
    for (j = i; j <= NR && j < i + 12; j++) {
        if (line[j] ~ /;/)
            return 0
        if (line[j] ~ /^{/)
            return j
    }
    return 0
}

function put(from, to, suffix,    j) {
    for (j = from; j <= to; j++)
        print line[j] (j == to ? suffix : "")
}

END {
    for (i = 1; i <= NR; i++) {
        name = candidate(i, unseen)
        if (name != "" && body(i)) {
            has[name] = 1
            delete unseen[name]
        }
        name = candidate(i, missing)
        open = name == "" ? 0 : body(i)
        if (!open) {
            print line[i]
            continue
        }
        if (line[i] ~ ("^" name)) # its type stands on the line before, which is printed already
            type = line[i - 1]
        else
            type = ""
        put(i, open - 1, ";")
        stock = line[i]
        sub(name "\\(", "stock_" name "(", stock)
        line[i] = stock
        if (type != "")
            print type
        put(i, open - 1, ";")
        if (type != "")
            print type
        put(i, open, "")
        i = open
        delete missing[name]
        if (name in optional)
            has[name] = 1
    }
    for (name in has)
        print "#define HAS_" name
    for (name in missing) {
        if (name in optional)
            continue
        print where ": no function " name " is defined here" >"/dev/stderr"
        status = 1
    }
    exit status
}
