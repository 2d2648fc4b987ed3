-- Written by mailwright. Edit it if you like: mailwright notices changes made by
-- hand, and asks before it overwrites them.
--
-- OpenDKIM runs this when it has looked at a whole message (FinalPolicyScript in
-- /etc/opendkim.conf). Whoever has logged in writes in the name of an own address
-- only: what others here are called is refused, and so is never signed as theirs.
-- Postfix has seen to the envelope already (smtpd_sender_login_maps); this is about
-- the field From, which people see. See opendkim-lua(3). After an edit:
-- opendkim -n, then systemctl restart opendkim.
{% if dmarc_incoming != 'off' %}
-- It also looks after mail from outside whose signer's DNS is at fault: OpenDKIM takes
-- that for "there is no such key", and OpenDMARC would refuse the message for good.
{% endif %}

-- The domains that are signed here.
local ours = {
{% for domain in domains %}
  ["{{ domain }}"] = true,
{% endfor %}
  ["{{ hostname }}"] = true,
}

{% if dmarc_incoming != 'off' %}
-- Whether two names lie in one domain, as far as their last two labels tell.
local function is_kin(one, other)
  local last = "[^.]+%.[^.]+$"
  return one:match(last) ~= nil and one:match(last) == other:match(last)
end

-- Whether the DNS fails to say what there is at this name: neither "nothing" nor
-- something, but "try again" (h_errno 2 and 3 of gethostbyname(3)).
local function is_faulty(name)
  local asked = io.popen("RES_OPTIONS='timeout:3 attempts:2' /usr/bin/perl -e " ..
    "'gethostbyname($ARGV[0]) || print $?' -- '" .. name .. "' 2>/dev/null")
  local answer = asked:read("*a")
  asked:close()
  return answer == "2" or answer == "3"
end

-- Whether a signature that speaks for the author could not be checked, and no other
-- one did. 0, 22 and 24 are DKIM_SIGERROR_OK, _NOKEY and _KEYFAIL of libopendkim.
local function is_undecided()
  local author = (odkim.get_fromdomain(ctx) or ""):lower()
  local is_keyless = false
  for n = 0, math.min(odkim.get_sigcount(ctx) or 0, 5) - 1 do
    local signature = odkim.get_sighandle(ctx, n)
    local result = odkim.sig_result(signature)
    if is_kin((odkim.sig_getdomain(signature) or ""):lower(), author) then
      if result == 0 then
        return false
      end
      is_keyless = is_keyless or result == 22 or result == 24
    end
  end
  for n = 0, is_keyless and 4 or -1 do
    local field = odkim.get_header(ctx, "DKIM-Signature", n)
    if field == nil then
      break
    end
    field = ";" .. field:gsub("%s", "")
    local domain, selector = field:match(";d=([%w.-]+)"), field:match(";s=([%w._-]+)")
    if domain and selector and is_kin(domain:lower(), author) and is_faulty(selector .. "._domainkey." .. domain) then
      return true
    end
  end
  return false
end
{% endif %}

local function refuse(code, enhanced, why)
  odkim.set_reply(ctx, code, enhanced, why)
  odkim.set_result(ctx, code == "451" and SMFIS_TEMPFAIL or SMFIS_REJECT)
end

local login = odkim.get_mtasymbol(ctx, "{auth_authen}")
if login == nil or login == "" then
{% if dmarc_incoming != 'off' %}
  if is_undecided() then
    refuse("451", "4.7.5", "The DNS of the signer of this message does not answer just now. Try again later")
  end
{% endif %}
  return
end
login = login:lower()

-- anna+shop@example.org is anna@example.org.
local function plain(address)
  return (address:gsub("%+[^@]*@", "@"))
end

local envelope = odkim.get_envfrom(ctx) or ""
envelope = envelope:lower():gsub("[<>]", "")

-- Whether mail to the address reaches this login: its own, the one that Postfix has
-- let it use in the envelope, or an alias that leads to it. Nil when nobody can say.
local function is_own(address)
  if address == envelope or plain(address) == login then
    return true
  end
  local asked = io.popen("/usr/sbin/postmap -q '" .. plain(address) ..
    "' mysql:/etc/opendkim/sender-logins.cf 2>&1")
  local answer = asked:read("*a")
  asked:close()
  if answer:find("postmap:", 1, true) then
    return nil
  end
  for name in answer:lower():gmatch("[^,%s]+") do
    if name == login then
      return true
    end
  end
  return false
end

-- The addresses of a From field (RFC 5322, section 3.4), in small letters. Comments and
-- quoted texts are left out, and so is the name of a group.
local function addresses(field)
  local parts, part, depth, quoted, skip = {}, "", 0, false, false
  for char in field:gmatch(".") do
    if skip then
      skip = false
    elseif (quoted or depth > 0) and char == "\\" then
      skip = true
    elseif quoted then
      quoted = char ~= '"'
    elseif char == "(" then
      depth = depth + 1
    elseif depth > 0 then
      depth = char == ")" and depth - 1 or depth
    elseif char == '"' then
      quoted = true
      part = part .. '"'
    elseif char == "," or char == ";" then
      parts[#parts + 1] = part
      part = ""
    elseif char == ":" then
      part = ""
    else
      part = part .. char
    end
  end
  parts[#parts + 1] = part
  local found = {}
  for _, text in ipairs(parts) do
    local bare = true
    for inner in text:gmatch("<([^<>]*)>") do
      bare = false
      found[#found + 1] = inner:gsub("%s", ""):lower()
    end
    text = text:gsub("%s", ""):lower()
    if bare and text:find("@", 1, true) then
      found[#found + 1] = text
    end
  end
  return found
end

local signed_for = (odkim.get_fromdomain(ctx) or ""):lower()
local is_seen = not ours[signed_for]
for n = 0, 9 do
  local field = odkim.get_header(ctx, "From", n)
  if field == nil then
    break
  end
  for _, address in ipairs(addresses(field)) do
    local domain = address:match("^[%w.!#$&*+/=?^_{|}~-]+@([%w.-]+)$")
    is_seen = is_seen or domain == signed_for
    if domain == nil or ours[domain] then
      local own = domain ~= nil and is_own(address)
      if own == nil then
        return refuse("451", "4.3.0", "Whose From address this is cannot be looked up just now. Try again later")
      elseif not own then
        return refuse("553", "5.7.1", "The From address of this message belongs to somebody else than " .. login)
      end
    end
  end
end
-- What OpenDKIM reads there is an address that was looked at here.
if not is_seen then
  refuse("553", "5.7.1", "The From field of this message cannot be read")
end
