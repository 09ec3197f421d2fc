package dev.aloft.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
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
        String schedule = of.backup().orElseThrow().schedule();
        PrintWriter out = spec.commandLine().getOut();
        out.print(
                switch (scheduler) {
                    case SYSTEMD -> systemd(of.name(), schedule);
                    case CRON -> cron(of.name(), schedule);
                    case KUBERNETES -> kubernetes(of.name(), schedule);
                });
        out.flush();
        return 0;
    }

    private String command(String verb, String name) {
        return "/usr/bin/java -jar /opt/aloft/aloft.jar backup " + verb + " --site " + name + " --config "
                + site.config();
    }

    private String systemd(String name, String schedule) {
        return """
                # /etc/systemd/system/aloft-backup-%1$s.service
                [Unit]
                Description=Backup of %1$s
                Wants=network-online.target
                After=network-online.target

                [Service]
                Type=oneshot
                EnvironmentFile=/etc/aloft/credentials.env
                ExecStart=%2$s
                ExecStart=%3$s
                ExecStart=%4$s

                # /etc/systemd/system/aloft-backup-%1$s.timer
                [Unit]
                Description=Backups of %1$s

                [Timer]
                OnCalendar=%5$s
                RandomizedDelaySec=10min
                Persistent=true

                [Install]
                WantedBy=timers.target
                """.formatted(name, command("create", name), command("verify", name), command("prune", name), schedule);
    }

    private String cron(String name, String schedule) throws Failure {
        return cronTime(schedule) + " . /etc/aloft/credentials.env && " + command("create", name) + " && "
                + command("verify", name) + " && " + command("prune", name) + "\n";
    }

    private String kubernetes(String name, String schedule) throws Failure {
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
                          restartPolicy: OnFailure
                          containers:
                            - name: backup
                              image: aloft
                              command: ["/bin/sh", "-c"]
                              args:
                                - >-
                                  %3$s &&
                                  %4$s &&
                                  %5$s
                              envFrom:
                                - secretRef:
                                    name: aloft-credentials
                              volumeMounts:
                                - name: config
                                  mountPath: /etc/aloft
                          volumes:
                            - name: config
                              configMap:
                                name: aloft
                """.formatted(
                name, cronTime(schedule), command("create", name), command("verify", name), command("prune", name));
    }

    /// Five fields of cron for the words that systemd has, too.
    private static String cronTime(String schedule) throws Failure {
        return switch (schedule) {
            case "hourly" -> "7 * * * *";
            case "daily" -> "7 3 * * *";
            case "weekly" -> "7 3 * * 1";
            case "monthly" -> "7 3 1 * *";
            default -> {
                if (schedule.trim().split("\\s+").length == 5) {
                    yield schedule;
                }
                throw new Failure(
                        Failure.Code.CONFIGURATION,
                        "cron does not understand schedule = \"" + schedule + "\" of [site.backup]",
                        "write hourly, daily, weekly, monthly, or the five fields of cron");
            }
        };
    }
}
