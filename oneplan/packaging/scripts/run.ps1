# From here on the script is the same for every job. $settings comes from above.

$ErrorActionPreference = 'Stop'
$utc = { (Get-Date).ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ') }
$run = $env:WEBJOBS_RUN_ID
if (-not $run) { $run = [guid]::NewGuid().ToString('n').Substring(0, 16) }
$trigger = $settings.Trigger
if ($env:WEBJOBS_RUN_ID) {
    $status = Join-Path (Join-Path $env:WEBJOBS_DATA_PATH $env:WEBJOBS_RUN_ID) 'status'
    if (Test-Path $status) {
        $trigger = if ((Get-Content -Raw $status) -match '"Trigger"\s*:\s*"Schedule') { 'schedule' } else { 'manual' }
    }
}

# One line of JSON about this run.
function Say($name, $members) {
    $line = [ordered]@{ time = & $utc; event = $name; job = $env:JOB_NAME; run = $run; trigger = $trigger }
    foreach ($key in $members.Keys) { $line[$key] = $members[$key] }
    [Console]::Out.WriteLine((ConvertTo-Json -Compress $line))
}

# Whether the clock of the job's own zone shows one of its hours and days.
function Test-Time {
    if (-not $settings.Zone) { return $true }
    $there = [TimeZoneInfo]::ConvertTimeBySystemTimeZoneId([DateTime]::UtcNow, 'UTC', $settings.Zone)
    ($settings.Hours -contains $there.Hour) -and ($settings.Days -contains $there.Day) -and
        ($settings.Months -contains $there.Month) -and ($settings.Weekdays -contains [int]$there.DayOfWeek)
}

# A word as a C program reads it from its command line.
function Get-Quoted($word) {
    if ($word -and $word -notmatch '[\s"&|<>^%()]') { return $word }
    '"' + ($word -replace '(\\*)"', '$1$1\"' -replace '(\\+)$', '$1$1') + '"'
}

# What App Service handed to run.cmd, as it was: PowerShell's own parser would take `-since:1` apart.
$given = "$env:ONEPLAN_ARGUMENTS".Trim()
$env:ONEPLAN_ARGUMENTS = $null
$givenWords = @([regex]::Matches($given, '(?:[^\s"]|"[^"]*(?:"|$))+') | ForEach-Object { $_.Value -replace '"', '' })

function Test-Given($name) {
    foreach ($word in $givenWords) {
        if ($word -eq "--$name" -or $word -like "--$name=*" -or $word -eq "--no-$name") { return $true }
    }
    $false
}

$wordsOfCmd = 'assoc', 'call', 'cd', 'chdir', 'copy', 'del', 'dir', 'echo', 'erase', 'exit', 'for', 'ftype', 'if', 'md',
    'mkdir', 'mklink', 'move', 'rd', 'rem', 'ren', 'rmdir', 'set', 'start', 'time', 'title', 'type', 'ver'

# The file that cmd would start for a name: one of this folder first, then of PATH. Nothing for a word of its own.
function Find-Program($name) {
    if ($wordsOfCmd -contains $name) { return }
    foreach ($ending in @('') + "$env:PATHEXT".Split(';')) {
        if (Test-Path -LiteralPath "$name$ending" -PathType Leaf) {
            return (Resolve-Path -LiteralPath "$name$ending").ProviderPath
        }
    }
    $found = Get-Command -Name $name -CommandType Application -ErrorAction SilentlyContinue | Select-Object -First 1
    if ($found) { $found.Path }
}

# How to start the command with its arguments: at once if it is a program, so that no `%` and `&` of an argument means
# anything; else by cmd, which alone runs batch files and its own words.
function Get-Start($command, $arguments) {
    $words = [regex]::Match($command, '^\s*(?:"([^"]+)"|([^\s"]+))(?=\s|$)(.*)$')
    if ($words.Success -and -not $command.Contains('^')) {
        $first = $words.Groups[1].Value + $words.Groups[2].Value
        $file = Find-Program ([Environment]::ExpandEnvironmentVariables($first))
        if ("$file" -match '\.(exe|com)$') {
            $rest = [Environment]::ExpandEnvironmentVariables($words.Groups[3].Value) + " $arguments"
            return New-Object System.Diagnostics.ProcessStartInfo $file, ($rest.Trim())
        }
    }
    $line = "/d /s /c `"$command $arguments`""
    New-Object System.Diagnostics.ProcessStartInfo 'cmd.exe', $line
}

# Waits some seconds for a process: true if it ended. The longest wait that .NET knows is 24 days.
function Wait-End($process, $seconds) {
    $process.WaitForExit([int][Math]::Min(1000 * $seconds, [int]::MaxValue))
}

# One attempt: its exit code, and whether the limit ended it. WEBJOBS_SHUTDOWN_FILE asks the job to end by itself.
function Invoke-Attempt($start) {
    $start.UseShellExecute = $false
    $process = [System.Diagnostics.Process]::Start($start)
    if (-not $settings.Limit) {
        $process.WaitForExit()
        return @{ Code = $process.ExitCode; Expired = $false }
    }
    if (Wait-End $process $settings.Limit) { return @{ Code = $process.ExitCode; Expired = $false } }
    $asked = $env:WEBJOBS_SHUTDOWN_FILE
    if ($asked) { New-Item -Force -ItemType File -Path $asked | Out-Null }
    if (-not ($asked -and (Wait-End $process $settings.Grace))) {
        # By cmd: PowerShell 5.1 takes a word on standard error, of a process that ended just now, for an error of ours.
        & cmd.exe /d /c "taskkill.exe /T /F /PID $($process.Id) >nul 2>nul"
        $process.WaitForExit()
    }
    if ($asked) { Remove-Item -Force -ErrorAction SilentlyContinue $asked }
    @{ Code = 124; Expired = $true }
}

$connection = @{}
foreach ($part in "$env:APPLICATIONINSIGHTS_CONNECTION_STRING".Split(';')) {
    $name, $value = $part.Split('=', 2)
    if ($value) { $connection[$name.Trim()] = $value.Trim() }
}

# What sends telemetry where keys are switched off: a token of the site's identity.
function Get-Authorization {
    $how = "$env:APPLICATIONINSIGHTS_AUTHENTICATION_STRING"
    if ($how -notlike '*Authorization=AAD*') { return @{} }
    $address = "$($env:IDENTITY_ENDPOINT)?api-version=2019-08-01&resource=https://monitor.azure.com/"
    if ($how -match 'ClientId=([^;]+)') { $address += "&client_id=$($Matches[1])" }
    $answer = Invoke-RestMethod -Uri $address -Headers @{ 'X-IDENTITY-HEADER' = $env:IDENTITY_HEADER } -TimeoutSec 5
    @{ Authorization = "Bearer $($answer.access_token)" }
}

# Sends a line, and those that could not be sent before; what fails waits for the next run, and never fails this one.
function Send-Line($line, $seconds) {
    $unsent = Join-Path $env:HOME "data\webjob-telemetry\$($env:JOB_NAME).jsonl"
    $lines = @()
    try {
        if (Test-Path $unsent) {
            $oldest = (Get-Date).ToUniversalTime().AddHours(-47)
            $lines = @(Get-Content $unsent | Where-Object { [DateTime](ConvertFrom-Json $_).time -ge $oldest } |
                Select-Object -Last 200)
            Remove-Item -Force $unsent
        }
        $lines += $line
        $server = $connection['IngestionEndpoint']
        if (-not $server) { $server = 'https://dc.services.visualstudio.com' }
        [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
        Invoke-WebRequest -UseBasicParsing -Method Post -Uri "$($server.TrimEnd('/'))/v2.1/track" -TimeoutSec $seconds `
            -ContentType 'application/x-json-stream' -Headers (Get-Authorization) -Body ($lines -join "`n") | Out-Null
    } catch {
        New-Item -Force -ItemType Directory (Split-Path $unsent) | Out-Null
        Add-Content -Path $unsent -Value $lines
    }
}

$operation = [guid]::NewGuid().ToString('n')
$id = [guid]::NewGuid().ToString('n').Substring(0, 16)
$startedAt = & $utc

# One item of telemetry about this run.
function Get-Envelope($kind, $data, $more) {
    $site = if ($env:WEBSITE_SITE_NAME) { $env:WEBSITE_SITE_NAME } else { $settings.App }
    $slot = if ($env:WEBSITE_SLOT_NAME) { $env:WEBSITE_SLOT_NAME } else { 'production' }
    $data.ver = 2
    $data.properties = @{ wj = 'run'; app = $settings.App; slot = $slot; job = $env:JOB_NAME; runId = $run
        trigger = $trigger; startedAt = $startedAt } + $more
    ConvertTo-Json -Compress -Depth 6 @{
        ver = 1; name = "Microsoft.ApplicationInsights.$kind"; time = & $utc; iKey = $connection['InstrumentationKey']
        tags = @{ 'ai.cloud.role' = $site; 'ai.cloud.roleInstance' = "$env:WEBSITE_INSTANCE_ID"
            'ai.operation.id' = $operation; 'ai.operation.name' = "WEBJOB $($env:JOB_NAME)"
            'ai.internal.sdkVersion' = 'wj:1' }
        data = @{ baseType = "${kind}Data"; baseData = $data }
    }
}

if ($trigger -eq 'schedule' -and -not (Test-Time)) {
    Say 'run skipped' ([ordered]@{ reason = "it is another time in $($settings.Zone)" })
    exit 0
}
$arguments = $given
foreach ($default in $settings.Defaults) {
    if (-not (Test-Given $default[0])) { $arguments = "$(Get-Quoted $default[1]) $arguments" }
}
$start = Get-Start $settings.Command $arguments
# The command inherits the priority: the site's processes come first.
if ($settings.Low) { [System.Diagnostics.Process]::GetCurrentProcess().PriorityClass = 'Idle' }
$began = Get-Date
Say 'run started' ([ordered]@{})
if ($connection.Count) {
    $env:TRACEPARENT = "00-$operation-$id-01"
    Send-Line (Get-Envelope 'Event' @{ name = 'wj.run.started' } @{}) 3
}
$attempt = 1
$pause = $settings.Pause
while ($true) {
    $done = Invoke-Attempt $start
    if ($done.Code -eq 0 -or $attempt -gt $settings.Retries) { break }
    $problem = if ($done.Expired) { 'timed out' } else { "failed with exit code $($done.Code)" }
    [Console]::Error.WriteLine("attempt $attempt of $($settings.Retries + 1) $problem; trying again in $pause s")
    Start-Sleep -Seconds $pause
    $pause = [Math]::Min($pause * 2, 300)
    $attempt += 1
}
$seconds = [int]((Get-Date) - $began).TotalSeconds
$outcome = if ($done.Code -eq 0) { 'succeeded' } elseif ($done.Expired) { 'timedOut' } else { 'failed' }
Say 'run ended' ([ordered]@{ outcome = $outcome; exit_code = $done.Code; attempts = $attempt; seconds = $seconds })
if ($connection.Count) {
    $data = @{ id = $id; name = "WEBJOB $($env:JOB_NAME)"; responseCode = "$($done.Code)"; success = $done.Code -eq 0
        duration = [TimeSpan]::FromSeconds($seconds).ToString('d\.hh\:mm\:ss\.ffffff') }
    Send-Line (Get-Envelope 'Request' $data @{ outcome = $outcome; exitCode = "$($done.Code)"; attempt = "$attempt" }) 10
}
exit $done.Code
