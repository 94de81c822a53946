# From here on the script is the same for every job. The words to start are the positional parameters.

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
has() { command -v "$1" >/dev/null 2>&1; }
hex() { od -An -N"$1" -tx1 /dev/urandom 2>/dev/null | tr -d ' \n'; }
json() { printf '%s' "$1" | LC_ALL=C tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g'; }

# say EVENT MEMBERS: one line of JSON about this run.
say() {
    printf '{"time":"%s","event":"%s","job":"%s","run":"%s",' "$(now)" "$1" "$JOB_NAME" "$_run"
    printf '"trigger":"%s"%s}\n' "$_trigger" "$2"
}

# What started this run: Kudu's status file tells a schedule from a person.
find_trigger() {
    _status=${WEBJOBS_DATA_PATH:-}/${WEBJOBS_RUN_ID:-}/status
    if [ -z "${WEBJOBS_RUN_ID:-}" ] || [ ! -r "$_status" ]; then return; fi
    if grep -q '"Trigger" *: *"Schedule' "$_status"; then _trigger=schedule; else _trigger=manual; fi
}

# --- Running the command ---

# The command takes this subshell's place.
limited() {
    # shellcheck disable=SC3045 # dash, bash and busybox have -d
    if [ -n "$_memory" ]; then ulimit -d "$_memory" 2>/dev/null || echo 'the memory limit cannot be set here' >&2; fi
    if [ -n "$_mark" ]; then export JOB_MARK="$_mark"; fi
    exec "$@"
}

# family PROCESS: the process and those it has started, as far as the kernel tells.
family() {
    echo "$1"
    _children=''
    { read -r _children <"/proc/$1/task/$1/children"; } 2>/dev/null
    for _each in $_children; do family "$_each"; done
}

# marked: the processes that have this run's mark in their environment, which is handed down to whatever they start.
marked() {
    if [ -z "$_mark" ]; then return; fi
    grep -ls "JOB_MARK=$_mark" /proc/[0-9]*/environ 2>/dev/null | sed 's/[^0-9]//g'
}

# signal NAME: to the command and all it has started, which are a group of processes where the image has setsid.
signal() {
    if kill "-$1" "-$_child" 2>/dev/null; then return; fi
    # shellcheck disable=SC2046 # one word a process, and all in one call: the first to end may end this shell too
    kill "-$1" $(family "$_child"; marked) 2>/dev/null
}

# Ends the command once its time is over; its exit code tells whether it had to. It is called off by a signal that this
# script has no trap for: one with a trap would be lost on a process just made.
watch() {
    _verdict=0
    trap 'if [ "$!" != "$_child" ]; then kill "$!" 2>/dev/null; fi; exit "$_verdict"' USR1
    sleep "$_limit" &
    wait "$!"
    _verdict=9
    signal TERM
    sleep "$_grace" &
    wait "$!"
    signal KILL
    exit "$_verdict"
}

# What an ended command has left running gets the time that the command had, and is then killed.
clear_up() {
    _left=$((${_grace%.*} * 5))
    while kill -0 "-$_child" 2>/dev/null || [ -n "$(marked)" ]; do
        if [ "$_left" -le 0 ]; then signal KILL; fi
        sleep 0.2
        _left=$((_left - 1))
    done
}

# Waits for `_child` and leaves its exit code in `_code`; a request to stop is passed on, and its end awaited.
settle() {
    if [ -n "$_stopping" ]; then signal TERM; fi
    wait "$_child"
    _code=$?
    if [ -z "$_stopping" ] || [ "$_code" -le 128 ]; then return; fi
    # The request may have cut short the wait, and not the command.
    while kill -0 "$_child" 2>/dev/null; do
        wait "$_child"
        _code=$?
    done
    wait "$_child" 2>/dev/null
    _again=$?
    if [ "$_again" -ne 127 ]; then _code=$_again; fi
}

# One attempt: leaves `_code`, and in `_problem` what went wrong.
try() {
    _guardian='' _expired=''
    limited "$@" &
    _child=$!
    if [ -n "$_limit" ]; then
        watch >/dev/null 2>&1 &
        _guardian=$!
    fi
    settle
    _problem="failed with exit code $_code"
    if [ -n "$_guardian" ]; then
        kill -USR1 "$_guardian" 2>/dev/null
        wait "$_guardian" 2>/dev/null
        if [ $? -eq 9 ] && [ "$_code" -ne 0 ]; then _expired=yes _code=124 _problem="timed out after $_limit_text"; fi
    fi
    if [ -n "$_expired$_stopping" ]; then clear_up; fi
}

# Tries until the command succeeds; the pause doubles each time, up to five minutes.
attempts() {
    while :; do
        try "$@"
        if [ "$_code" -eq 0 ] || [ -n "$_stopping" ]; then return; fi
        if [ "$_attempt" -gt "$_retries" ]; then break; fi
        echo "attempt $_attempt of $((_retries + 1)) $_problem; trying again in $_pause s" >&2
        _failed=$_code
        sleep "$_pause" &
        _child=$!
        settle
        _code=$_failed
        if [ -n "$_stopping" ]; then return; fi
        _pause=$((_pause * 2 < 300 ? _pause * 2 : 300))
        _attempt=$((_attempt + 1))
    done
    if [ "$_retries" -gt 0 ]; then
        echo "attempt $_attempt of $_attempt $_problem" >&2
    elif [ -n "$_expired" ]; then
        echo "$_problem" >&2
    fi
}

# --- Telling Application Insights ---

# member NAME: a part of the connection string.
member() { printf '%s' "$_insights" | tr ';' '\n' | grep -i "^ *$1=" | head -n 1 | cut -d= -f2- | tr -d '"'; }

# ask SECONDS URL HEADER get|post: prints the answer, then its status on a line of its own. No secret is an argument.
ask() {
    if has curl; then
        curl -sS -m "$1" -w '\n%{http_code}' -K /dev/fd/3 "$2" 3<<END
header = "Content-Type: application/x-json-stream"
$(if [ -n "$3" ]; then printf 'header = "%s"' "$3"; fi)
$(if [ "$4" = post ]; then echo 'data-binary = "@-"'; fi)
END
    elif has python3; then
        HEADER=$3 python3 -c '
import os, sys, urllib.error, urllib.request
name, _, value = os.environ["HEADER"].partition(": ")
body = sys.stdin.buffer.read() if sys.argv[3] == "post" else None
headers = {"Content-Type": "application/x-json-stream", **({name: value} if name else {})}
try:
    answer = urllib.request.urlopen(urllib.request.Request(sys.argv[2], body, headers), timeout=float(sys.argv[1]))
except urllib.error.HTTPError as error:
    answer = error
print(answer.read().decode(), answer.status, sep="\n")' "$1" "$2" "$4"
    fi
}

# The header that lets telemetry in where keys are switched off: a token of the site's identity.
authorization() {
    _how=${APPLICATIONINSIGHTS_AUTHENTICATION_STRING:-}
    case $_how in
        *Authorization=AAD*) ;;
        *) return ;;
    esac
    _client=$(printf '%s' "$_how" | tr ';' '\n' | sed -n 's/^ClientId=//p')
    _url="${IDENTITY_ENDPOINT:-}?api-version=2019-08-01&resource=https://monitor.azure.com/${_client:+&client_id=$_client}"
    ask 5 "$_url" "X-IDENTITY-HEADER: ${IDENTITY_HEADER:-}" get |
        sed -n 's/.*"access_token" *: *"\([^"]*\)".*/Authorization: Bearer \1/p'
}

ingestion() {
    _host=$(member IngestionEndpoint) _suffix=$(member EndpointSuffix) _location=$(member Location)
    if [ -z "$_host" ] && [ -n "$_suffix" ]; then _host="https://${_location:+$_location.}dc.$_suffix"; fi
    _host=${_host:-https://dc.services.visualstudio.com}
    printf '%s/v2.1/track' "${_host%/}"
}

# send SECONDS LINE: sends the line, and those that could not be sent before; what fails waits for the next run.
send() {
    _unsent=${HOME:-/tmp}/data/webjob-telemetry/$JOB_NAME.jsonl
    _taken=$_unsent.$(hex 8)
    mv "$_unsent" "$_taken" 2>/dev/null
    _lines=$(cat "$_taken" 2>/dev/null; printf '%s' "$2")
    _answer=$(printf '%s\n' "$_lines" | ask "$1" "$(ingestion)" "$(authorization)" post 2>/dev/null | tail -n 1)
    case $_answer in
        200 | 206 | 400 | 402 | 439) ;;
        *) keep "$_lines" 2>/dev/null ;;
    esac
    rm -f "$_taken"
}

# Items older than two days would get a false time, so those of 47 hours are dropped.
keep() {
    _oldest=$(date -u -d "@$(($(date +%s) - 169200))" +%Y-%m-%dT%H:%M:%SZ)
    mkdir -p "${_unsent%/*}"
    printf '%s\n' "$1" | tail -n 200 | awk -F'"time":"' -v oldest="$_oldest" '$2 >= oldest' >>"$_unsent"
}

# envelope KIND MEMBERS PROPERTIES: one item of telemetry about this run.
envelope() {
    printf '{"ver":1,"name":"Microsoft.ApplicationInsights.%s","time":"%s","iKey":"%s",' "$1" "$(now)" "$_key"
    printf '"tags":{"ai.cloud.role":"%s","ai.cloud.roleInstance":"%s",' "$_site" "$_instance"
    printf '"ai.operation.id":"%s","ai.operation.name":"WEBJOB %s",' "$_operation" "$JOB_NAME"
    printf '"ai.internal.sdkVersion":"wj:1"},"data":{"baseType":"%sData","baseData":{"ver":2,%s,' "$1" "$2"
    printf '"properties":{"wj":"run","app":"%s","slot":"%s","job":"%s","runId":"%s",' "$_app" "$_slot" "$JOB_NAME" "$_run"
    printf '"trigger":"%s","startedAt":"%s"%s}}}}' "$_trigger" "$_started_at" "$3"
}

report_start() {
    if ! has curl && ! has python3; then
        echo 'this image has neither curl nor python3: the run is not reported to Application Insights' >&2
        _insights=''
        return
    fi
    _key=$(member InstrumentationKey) _operation=$(hex 16) _id=$(hex 8)
    _site=$(json "${WEBSITE_SITE_NAME:-$_app}") _instance=$(json "${WEBSITE_INSTANCE_ID:-}")
    _slot=$(json "${WEBSITE_SLOT_NAME:-production}")
    export TRACEPARENT="00-$_operation-$_id-01"
    send 3 "$(envelope Event '"name":"wj.run.started"' '')" >/dev/null 2>&1 &
    _reporting=$!
}

report_end() {
    _clock=$(printf '%02d:%02d:%02d' $((_seconds / 3600 % 24)) $((_seconds / 60 % 60)) $((_seconds % 60)))
    _facts="\"id\":\"$_id\",\"name\":\"WEBJOB $JOB_NAME\",\"duration\":\"$((_seconds / 86400)).$_clock.000000\""
    _facts="$_facts,\"responseCode\":\"$_code\",\"success\":$_success"
    _line=$(envelope Request "$_facts" ",\"outcome\":\"$_outcome\",\"exitCode\":\"$_code\",\"attempt\":\"$_attempt\"")
    if [ -n "$_stopping" ]; then _patience=2; else _patience=10; fi
    wait "$_reporting"
    send "$_patience" "$_line" >/dev/null
}

# --- This run ---

_attempt=1 _stopping='' _child='' _expired='' _mark=''
_insights=${APPLICATIONINSIGHTS_CONNECTION_STRING:-}
_run=$(json "${WEBJOBS_RUN_ID:-}")
_run=${_run:-$(hex 8)}
_started_at=$(now) _began_at=$(date +%s)
find_trigger
if [ "$_trigger" = schedule ] && ! is_time; then
    say 'run skipped' ",\"reason\":\"$_elsewhere\""
    exit 0
fi
if has setsid; then set -- setsid "$@"; else _mark=$(hex 8); fi
trap '_stopping=yes; if [ -n "$_child" ]; then signal TERM; fi' TERM INT
say 'run started' ''
if [ -n "$_insights" ]; then report_start; fi
attempts "$@"
_seconds=$(($(date +%s) - _began_at)) _outcome=failed _success=false
if [ "$_code" -eq 0 ] || { [ -n "$_stopping" ] && [ "$_lasting" = yes ]; }; then
    _outcome=succeeded _success=true
elif [ -n "$_stopping" ]; then
    _outcome=aborted
elif [ -n "$_expired" ]; then
    _outcome=timedOut
fi
say 'run ended' ",\"outcome\":\"$_outcome\",\"exit_code\":$_code,\"attempts\":$_attempt,\"seconds\":$_seconds"
if [ -n "$_insights" ]; then report_end; fi
exit "$_code"
