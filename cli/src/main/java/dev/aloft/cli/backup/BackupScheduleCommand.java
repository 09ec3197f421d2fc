package dev.aloft.cli.backup;

import dev.aloft.cli.configuration.SiteBackupConfiguration;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `aloft backup schedule`: prints what runs backups regularly.
@Command(
        name = "schedule",
        description = "Prints a systemd service and timer, a crontab line, or a Kubernetes CronJob that takes, verifies"
                + " and prunes snapshots.",
        mixinStandardHelpOptions = true)
final class BackupScheduleCommand implements Callable<Integer> {

    /// The program that starts backups.
    enum Scheduler {
        SYSTEMD,
        CRON,
        KUBERNETES;

        /// As it is written on the command line.
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Mixin
    private BackupSite site = new BackupSite();

    @Option(
            names = "--for",
            paramLabel = "KIND",
            description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "systemd")
    private Scheduler scheduler = Scheduler.SYSTEMD;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        SiteConfiguration of = site.site();
        SiteBackupConfiguration backup = of.backup().orElseThrow();
        String schedule = backup.schedule();
        String file = scheduler == Scheduler.KUBERNETES ? "/etc/aloft/aloft.toml" : String.valueOf(site.config());
        List<String> commands = commands(of.name(), backup, file);
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (scheduler) {
                    case SYSTEMD -> systemd(of.name(), schedule, commands);
                    case CRON -> cron(schedule, commands);
                    case KUBERNETES -> kubernetes(of.name(), schedule, commands);
                });
        out.flush();
        return 0;
    }

    /// Without rules there is nothing to prune, and the command would fail.
    private static List<String> commands(String name, SiteBackupConfiguration backup, String file) {
        return Stream.of("create", "verify", "prune")
                .filter(verb -> !verb.equals("prune") || !backup.keep().isEmpty())
                .map(verb -> "/usr/bin/aloft backup " + verb + " --site " + name + " --config " + file)
                .toList();
    }

    private static String systemd(String name, String schedule, List<String> commands) throws Failure {
        if (isCron(schedule)) {
            throw new Failure(
                    Failure.Code.CONFIGURATION,
                    "systemd does not understand schedule = \"" + schedule + "\" of [site.backup]",
                    "write hourly, daily, weekly, monthly, or an expression of systemd.time(7)");
        }
        return """
                # /etc/systemd/system/aloft-backup-%1$s.service
                [Unit]
                Description=Backup of %1$s
                Wants=network-online.target
                After=network-online.target

                [Service]
                Type=oneshot
                User=aloft
                SupplementaryGroups=www-data
                EnvironmentFile=-/etc/aloft/credentials.env
                %2$s

                # /etc/systemd/system/aloft-backup-%1$s.timer
                [Unit]
                Description=Backups of %1$s

                [Timer]
                OnCalendar=%3$s
                RandomizedDelaySec=10min
                Persistent=true

                [Install]
                WantedBy=timers.target
                """.formatted(
                        name,
                        commands.stream().map(command -> "ExecStart=" + command).collect(Collectors.joining("\n")),
                        schedule);
    }

    private static String cron(String schedule, List<String> commands) throws Failure {
        return cronTime(schedule) + " " + String.join(" && ", commands) + "\n";
    }

    /// Fits `packaging/kubernetes`, whose overlay adds it to its resources: kustomize completes the name of the
    /// ConfigMap, and replaces the image.
    private static String kubernetes(String name, String schedule, List<String> commands) throws Failure {
        return """
                apiVersion: batch/v1
                kind: CronJob
                metadata:
                  name: aloft-backup-%1$s
                spec:
                  schedule: "%2$s"
                  concurrencyPolicy: Forbid
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          automountServiceAccountToken: false
                          restartPolicy: OnFailure
                          securityContext:
                            runAsNonRoot: true
                            runAsUser: 65532
                            runAsGroup: 65532
                            fsGroup: 65532
                            seccompProfile:
                              type: RuntimeDefault
                          containers:
                            - name: backup
                              image: aloft
                              command: ["/bin/sh", "-c"]
                              args:
                                - >-
                                  %3$s
                              envFrom:
                                - secretRef:
                                    name: aloft
                              securityContext:
                                allowPrivilegeEscalation: false
                                readOnlyRootFilesystem: true
                                capabilities:
                                  drop: [ALL]
                              volumeMounts:
                                - name: configuration
                                  mountPath: /etc/aloft
                                  readOnly: true
                                - name: temporary
                                  mountPath: /tmp
                          volumes:
                            - name: configuration
                              configMap:
                                name: aloft
                            - name: temporary
                              emptyDir: {}
                """.formatted(name, cronTime(schedule), String.join(" &&\n" + " ".repeat(18), commands));
    }

    /// Five fields of cron for the words that systemd has, too.
    private static String cronTime(String schedule) throws Failure {
        return switch (schedule) {
            case "hourly" -> "7 * * * *";
            case "daily" -> "7 3 * * *";
            case "weekly" -> "7 3 * * 1";
            case "monthly" -> "7 3 1 * *";
            default -> {
                if (isCron(schedule)) {
                    yield schedule;
                }
                throw new Failure(
                        Failure.Code.CONFIGURATION,
                        "cron does not understand schedule = \"" + schedule + "\" of [site.backup]",
                        "write hourly, daily, weekly, monthly, or the five fields of cron");
            }
        };
    }

    /// Five fields, of which the first is a minute: systemd's expressions have no five.
    private static boolean isCron(String schedule) {
        return schedule.trim().split("\\s+").length == 5;
    }
}
