package dev.aloft.cli.doctor;

import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.console.Failure;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `aloft iam`: prints the S3 permissions that a configuration needs, as a policy.
@Command(
        name = "iam",
        description = "Prints a policy with the S3 permissions that a part of Aloft needs for a configuration, and no"
                + " others.",
        mixinStandardHelpOptions = true)
final class IamCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Option(
            names = "--part",
            paramLabel = "PART",
            description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). A process with agent and edge"
                    + " needs the agent's.",
            defaultValue = "agent")
    private S3Policy.Part part = S3Policy.Part.AGENT;

    @Option(
            names = "--versions",
            description = "Adds what an agent needs to show and restore versions of files in the media library.")
    private boolean versions;

    @Option(
            names = "--user",
            paramLabel = "ARN",
            description = "Prints a policy of the bucket for this user, as Ceph needs it, such as"
                    + " arn:aws:iam:::user/aloft. Without it, the policy is one of a user or role, as AWS and MinIO"
                    + " have it.")
    private @Nullable String user;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        if (versions && part != S3Policy.Part.AGENT) {
            throw new ParameterException(spec.commandLine(), "--versions is for the agent, not for " + part);
        }
        S3Policy policy = S3Policy.of(config.read(), part, versions);
        PrintWriter out = spec.commandLine().getOut();
        out.println(policy.json(user));
        out.flush();
        return 0;
    }
}
