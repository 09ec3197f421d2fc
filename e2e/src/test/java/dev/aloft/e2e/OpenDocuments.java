package dev.aloft.e2e;

import dev.aloft.lab.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Lets Imagick read documents in one program, as an operator does for a whole machine: Debian's policy forbids PDF,
/// and `MAGICK_CONFIGURE_PATH` can only forbid more. So the program runs in a mount namespace of its own, where
/// another file lies in the policy's place.
final class OpenDocuments {

    private static final Path POLICY = Path.of("/etc/ImageMagick-6/policy.xml");
    private static final String FORBIDDEN = "rights=\"none\" pattern=\"PDF\"";
    private static final String ALLOWED = "rights=\"read|write\" pattern=\"PDF\"";

    private OpenDocuments() {}

    /// The command that runs the program so; the program as it is where this machine does not let us.
    static List<String> in(Path folder, List<String> program) throws IOException {
        Path policy = folder.resolve("policy.xml");
        Files.writeString(policy, Files.readString(POLICY).replace(FORBIDDEN, ALLOWED));
        String mount = "mount --bind " + policy + " " + POLICY;
        if (!Command.of("unshare", "--mount", "sh", "-c", mount + " 2>/dev/null && echo yes || echo no")
                .accepting(1)
                .run()
                .contains("yes")) {
            return program;
        }
        List<String> command =
                new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", mount + " && exec \"$@\"", "sh"));
        command.addAll(program);
        return command;
    }
}
