package dev.aloft.cli;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Nearest;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// Messages for an invalid command line.
final class UsageErrors {

    private UsageErrors() {}

    static Failure of(ParameterException e) {
        CommandLine line = e.getCommandLine();
        String help = "see " + line.getCommandSpec().qualifiedName() + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            return new Failure(
                    Failure.Code.USAGE,
                    unknown(word, line),
                    suggestion(word, line).orElse(help),
                    e);
        }
        String found = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return new Failure(Failure.Code.USAGE, found, help, e);
    }

    private static String unknown(String word, CommandLine line) {
        if (word.startsWith("-")) {
            return line.getCommandSpec().qualifiedName() + " has no option " + word;
        }
        return line.getSubcommands().isEmpty() ? "unexpected argument " + word : "there is no command " + word;
    }

    /// Among commands or long options; of the options with one letter every one is near every other.
    private static Optional<String> suggestion(String word, CommandLine line) {
        Collection<String> known = word.startsWith("-")
                ? line.getCommandSpec().optionsMap().keySet().stream()
                        .filter(option -> option.startsWith("--"))
                        .toList()
                : line.getSubcommands().keySet();
        String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        return Nearest.to(name, known).map(near -> "did you mean " + near + "?");
    }
}
