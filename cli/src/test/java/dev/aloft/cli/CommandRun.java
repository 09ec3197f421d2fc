package dev.aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;

/// Output and exit code of a command that was run in this process.
public record CommandRun(int code, String out, String err) {

    public static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Main.command()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new CommandRun(code, out.toString(), err.toString());
    }

    /// The output of a command that succeeds.
    public static String done(String... arguments) {
        CommandRun run = of(arguments);
        assertThat(run.code())
                .as(String.join(" ", arguments) + "\n" + run.err() + run.out())
                .isZero();
        return run.out();
    }
}
