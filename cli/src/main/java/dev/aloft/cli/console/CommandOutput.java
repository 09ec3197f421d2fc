package dev.aloft.cli.console;

import dev.aloft.bulk.OperationFiles;
import dev.aloft.bulk.Progress;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Output of commands that work on files: text, or with `--json` an object on each line. Results go to standard
/// output, progress as text to standard error.
public final class CommandOutput {

    @Option(names = "--json", description = "Prints progress and result in JSON, one object on each line.")
    private boolean inJson;

    @Spec(Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /// An operation with progress.
    @FunctionalInterface
    public interface Operation<T> {
        T run() throws IOException, Failure;
    }

    /// Prints progress while an operation runs.
    public <T> T during(Progress progress, Operation<T> operation) throws IOException, Failure {
        try (ProgressPrinter _ =
                ProgressPrinter.of(progress, out(), spec.commandLine().getErr(), inJson)) {
            return operation.run();
        }
    }

    /// The same for an operation on a site, which `aloft top` shows meanwhile.
    public <T> T during(Progress progress, OperationFiles shown, Operation<T> operation) throws IOException, Failure {
        String name = spec.commandLine().getCommandSpec().qualifiedName().replaceFirst("^aloft ", "");
        try (OperationFiles.Shown _ = shown.show(name, progress)) {
            return during(progress, operation);
        }
    }

    /// Prints the result.
    ///
    /// @param text one line or more
    /// @param fields adds to the JSON object
    public void done(String text, Consumer<ObjectNode> fields) {
        item("done", text, fields);
    }

    /// Prints one of several results.
    ///
    /// @param event name of the JSON object's kind
    public void item(String event, String text, Consumer<ObjectNode> fields) {
        if (inJson) {
            ObjectNode node = JsonMapper.shared().createObjectNode().put("event", event);
            fields.accept(node);
            out().println(node);
        } else {
            out().println(text);
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
