package dev.aloft.cli.console;

import java.io.Console;
import java.util.Optional;

/// The question before a command changes what is in use.
public final class Confirmation {

    private Confirmation() {}

    /// @param isGiven true if it was given on the command line
    /// @param action that needs it: `restore the snapshot …`
    /// @throws Failure without a yes, or without a terminal to ask on
    public static void require(boolean isGiven, String action) throws Failure {
        if (isGiven) {
            return;
        }
        Console console = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .orElseThrow(() -> new Failure(
                        Failure.Code.USAGE,
                        "the command asks before it changes anything, and there is no terminal",
                        "add --yes"));
        String answer = console.readLine("%s? [y/N] ", PrintableText.of(action));
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw new Failure(Failure.Code.USAGE, "nothing was changed", "answer y, or add --yes");
        }
    }
}
