package dev.aloft.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The web servers that Debian has, each with what its package says beside a site's own configuration.
public enum WebServerKind {
    NGINX("nginx-light") {
        @Override
        String configuration(Path folder, Account workers, String site) {
            String user = Account.weAreRoot() ? "user " + workers.user() + ";\n" : "";
            return user + """
                    worker_processes 1;
                    pid pid;
                    error_log stderr;
                    events {
                        worker_connections 1024;
                    }
                    http {
                        include /etc/nginx/mime.types;
                        default_type application/octet-stream;
                        access_log off;
                        client_body_temp_path body;
                        proxy_temp_path proxy;
                        fastcgi_temp_path fastcgi;
                        uwsgi_temp_path uwsgi;
                        scgi_temp_path scgi;

                    """ + site + "}\n";
        }

        @Override
        Command command(Path folder, Account workers, Path configuration) {
            return Command.of(
                    "nginx", "-p", folder + "/", "-c", configuration.toString(), "-e", "stderr", "-g", "daemon off;");
        }
    },

    APACHE("apache2-bin") {
        @Override
        String configuration(Path folder, Account workers, String site) {
            String user = Account.weAreRoot() ? "User %1$s\nGroup %1$s\n".formatted(workers.user()) : "";
            return user
                    + Stream.of(
                                    "mpm_event",
                                    "authz_core",
                                    "mime",
                                    "dir",
                                    "alias",
                                    "headers",
                                    "proxy",
                                    "proxy_http",
                                    "proxy_fcgi",
                                    "remoteip",
                                    "reqtimeout",
                                    "rewrite",
                                    "setenvif")
                            .map("LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n"::formatted)
                            .collect(Collectors.joining())
                    + """
                    ServerRoot "%1$s"
                    DefaultRuntimeDir "%1$s"
                    PidFile "%1$s/pid"
                    ErrorLog /dev/stderr
                    ServerName localhost
                    TypesConfig /etc/mime.types

                    """.formatted(folder)
                    + site;
        }

        @Override
        Command command(Path folder, Account workers, Path configuration) {
            return Command.of("apache2", "-D", "FOREGROUND", "-f", configuration.toString());
        }
    },

    CADDY("caddy") {
        @Override
        String configuration(Path folder, Account workers, String site) {
            return "{\n\tadmin off\n}\n" + site;
        }

        // Caddy changes no user by itself.
        @Override
        Command command(Path folder, Account workers, Path configuration) {
            List<String> caddy =
                    List.of("caddy", "run", "--adapter", "caddyfile", "--config", configuration.toString());
            return workers.run(caddy).withEnvironment("HOME", folder.toString());
        }
    };

    private final String debianPackage;

    WebServerKind(String debianPackage) {
        this.debianPackage = debianPackage;
    }

    /// Its package's name.
    public String debianPackage() {
        return debianPackage;
    }

    /// As `aloft cdn` writes it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// The whole text of its configuration.
    abstract String configuration(Path folder, Account workers, String site);

    /// Runs it in the foreground.
    abstract Command command(Path folder, Account workers, Path configuration);
}
