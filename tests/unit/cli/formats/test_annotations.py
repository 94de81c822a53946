"""Problems as lines that code hosts show beside the source."""

from oneplan.cli.formats.annotations import azure, github
from oneplan.errors import Problem


def test_github_gets_workflow_commands(problems):
    assert github(problems, "shop/") == (
        "::error file=shop/jobs/stock sync/job.yaml,line=1,col=6,title=WJ021::"
        'app "wrker" does not exist; apps are worker\n'
        "::error file=shop/jobs/stock sync/job.yaml,line=3,col=18,title=WJ069::"
        '"API_TOKEN" looks like a secret; put it under secrets (stack prod)\n'
        "::warning file=shop/oneplan.yaml,line=2,col=25,title=WJ060::100%25 of memory: a,b]; c\n"
    )


def test_azure_gets_logging_commands(problems):
    assert azure(problems) == (
        "##vso[task.logissue type=error;sourcepath=jobs/stock sync/job.yaml;linenumber=1;columnnumber=6;code=WJ021]"
        'app "wrker" does not exist; apps are worker\n'
        "##vso[task.logissue type=error;sourcepath=jobs/stock sync/job.yaml;linenumber=3;columnnumber=18;code=WJ069]"
        '"API_TOKEN" looks like a secret; put it under secrets (stack prod)\n'
        "##vso[task.logissue type=warning;sourcepath=oneplan.yaml;linenumber=2;columnnumber=25;code=WJ060]"
        "100%AZP25 of memory: a,b]; c\n"
    )


def test_names_and_messages_cannot_begin_a_command_of_their_own():
    problem = Problem("jobs/a:b,c;d]\ne/job.yaml", 1, 1, "WJ001", "one\r\n::set-output name=x::y 100%0A")

    assert github([problem]) == (
        "::error file=jobs/a%3Ab%2Cc;d]%0Ae/job.yaml,line=1,col=1,title=WJ001::"
        "one%0D%0A::set-output name=x::y 100%250A\n"
    )
    assert azure([problem]) == (
        "##vso[task.logissue type=error;sourcepath=jobs/a:b,c%3Bd%5D%0Ae/job.yaml;linenumber=1;columnnumber=1;"
        "code=WJ001]one%0D%0A::set-output name=x::y 100%AZP250A\n"
    )


def test_nothing_found_is_no_text():
    assert (github([]), azure([])) == ("", "")
