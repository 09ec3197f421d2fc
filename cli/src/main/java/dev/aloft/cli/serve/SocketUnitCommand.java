package dev.aloft.cli.serve;

import dev.aloft.cli.configuration.Configuration;
import dev.aloft.cli.configuration.ConfigurationFile;
import dev.aloft.cli.configuration.ListenAddress;
import dev.aloft.cli.configuration.SiteConfiguration;
import dev.aloft.cli.console.Failure;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `aloft socket-unit`: prints the systemd unit that holds the sockets of a configuration while the service restarts.
@Command(
        name = "socket-unit",
        description = "Prints a systemd socket unit for the addresses of a configuration. With it, connections wait"
                + " while the service restarts, and none is refused.",
        mixinStandardHelpOptions = true)
final class SocketUnitCommand implements Callable<Integer> {

    @Mixin
    private ConfigurationFile config = new ConfigurationFile();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Failure {
        PrintWriter out = spec.commandLine().getOut();
        out.print(unit(config.read()));
        out.flush();
        return 0;
    }

    private static String unit(Configuration configuration) {
        List<String> lines = new ArrayList<>();
        for (SiteConfiguration site : configuration.sites()) {
            lines.add("ListenStream=" + escaped(site.agent().socket().toString()));
        }
        configuration.edge().ifPresent(edge -> {
            lines.add("ListenStream=" + address(edge.listen()));
            edge.operators().admin().ifPresent(admin -> lines.add("ListenStream=" + address(admin)));
        });
        configuration.agent().admin().ifPresent(admin -> lines.add("ListenStream=" + address(admin)));
        return """
                # /etc/systemd/system/aloft.socket
                [Unit]
                Description=Sockets of Aloft
                Documentation=man:aloft(1)

                [Socket]
                %s
                SocketUser=aloft
                SocketGroup=aloft
                SocketMode=0660
                %s
                [Install]
                WantedBy=sockets.target
                """.formatted(String.join("\n", lines), groups(configuration));
    }

    /// A unit has one group for all its sockets; each site has its own.
    private static String groups(Configuration configuration) {
        StringBuilder commands = new StringBuilder();
        for (SiteConfiguration site : configuration.sites()) {
            site.agent()
                    .socketGroup()
                    .ifPresent(group -> commands.append("ExecStartPost=/bin/chgrp ")
                            .append(quoted(group))
                            .append(' ')
                            .append(quoted(site.agent().socket().toString()))
                            .append('\n'));
        }
        return commands.toString();
    }

    private static String address(InetSocketAddress admin) {
        return address(ListenAddress.of(admin));
    }

    /// systemd takes a port alone for every address of IPv4 and IPv6.
    private static String address(ListenAddress address) {
        return address.host().equals("0.0.0.0") ? String.valueOf(address.port()) : address.toString();
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    private static String quoted(String text) {
        return '"' + escaped(text).replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "$$") + '"';
    }
}
