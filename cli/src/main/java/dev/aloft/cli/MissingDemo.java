package dev.aloft.cli;

import dev.aloft.cli.console.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

/// `aloft demo` of the program without the demo's parts: says where the demo is.
@Command(
        name = "demo",
        description = "Starts a real WordPress whose uploads live in S3, all on this machine (not in this jar: run"
                + " ./aloft demo in a clone of the repository, or java -jar aloft-demo.jar demo).",
        mixinStandardHelpOptions = true)
final class MissingDemo implements Callable<Integer> {

    /// Options of the demo, which are not known here.
    @Unmatched
    private final List<String> ignored = new ArrayList<>();

    @Override
    public Integer call() throws Failure {
        throw new Failure(
                Failure.Code.MACHINE,
                "the demo is not part of aloft.jar",
                "run ./aloft demo in a clone of the repository, or java -jar aloft-demo.jar demo");
    }
}
