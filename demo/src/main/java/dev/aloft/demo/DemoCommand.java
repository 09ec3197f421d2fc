package dev.aloft.demo;

import dev.aloft.cli.console.Failure;
import dev.aloft.cli.console.Lifetime;
import dev.aloft.lab.DebianPackages;
import dev.aloft.lab.WordPressTree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `aloft demo`: a real WordPress whose uploads live in an S3 of its own, all on this machine, until stopped by a
/// signal.
///
/// Progress goes to standard error; standard output gets one line with the site's address.
@Command(
        name = "demo",
        description = "Starts a real WordPress whose uploads live in S3, all on this machine.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @Option(
            names = "--port",
            paramLabel = "PORT",
            description = "Port of the site, on 127.0.0.1 and localhost (default: ${DEFAULT-VALUE}).",
            defaultValue = "8080")
    private int port = 8080;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "Folder of the demo's data: the site, its database, the S3 (default: /var/lib/aloft/demo as root,"
                            + " else ~/.local/share/aloft/demo).")
    private @Nullable Path data;

    @Option(
            names = "--wordpress",
            paramLabel = "DIR|ZIP",
            description = "The WordPress to use: its folder, or a zip of wordpress.org (default: the current release,"
                    + " from wordpress.org or the package mirror).")
    private @Nullable Path wordpress;

    @Override
    public Integer call() throws Failure {
        requirePort(port);
        PrintStream progress = System.err;
        Path folder = data != null ? data.toAbsolutePath().normalize() : defaultData();
        requirePackages(progress);
        Demo demo = new Demo(folder, port, tree(progress), plugin(), progress::println);
        try {
            Lifetime.during(lifetime -> {
                Demo.Site site = demo.start(lifetime);
                System.out.println("ready: " + site.url() + " user=" + site.user() + " password=" + site.password());
                System.out.flush();
            });
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    Failure.messageOf(e),
                    "fix that and start again; the servers' logs are in " + folder.resolve("log"),
                    e);
        }
        return 0;
    }

    private Demo.TreeSource tree(PrintStream progress) throws Failure {
        Path given = wordpress;
        if (given == null) {
            return data -> WordPressTree.current(data.resolve("wordpress-trees"), progress::println);
        }
        if (Files.isRegularFile(given)) {
            return data -> WordPressTree.unpacked(given, data.resolve("given-trees"));
        }
        try {
            WordPressTree tree = WordPressTree.given(given);
            return _ -> tree;
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    Failure.messageOf(e),
                    "name the folder or zip of a WordPress with --wordpress, or leave it out",
                    e);
        }
    }

    private static void requirePort(int port) throws Failure {
        if (port < 0 || port > 65535) {
            throw new Failure(Failure.Code.USAGE, "--port " + port + " is not a port", "choose one from 1024 to 65535");
        }
    }

    /// Installs missing packages as root; as another user names them.
    private static void requirePackages(PrintStream progress) throws Failure {
        DebianPackages packages = DebianPackages.forWordPress().and("libvips42");
        try {
            List<String> missing = packages.missing();
            if (!missing.isEmpty() && !DebianPackages.mayInstall()) {
                String list = String.join(" ", missing);
                throw new Failure(
                        Failure.Code.MACHINE,
                        "Debian packages are missing: " + list,
                        "as root: apt-get install --no-install-recommends " + list);
            }
            packages.require(progress::println);
        } catch (IOException e) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    String.valueOf(e.getMessage()),
                    "the demo runs on Debian 12, with its packages for nginx, PHP 8.2 and MariaDB",
                    e);
        }
    }

    private static Path defaultData() {
        boolean root = "root".equals(System.getProperty("user.name"));
        return root
                ? Path.of("/var/lib/aloft/demo")
                : Path.of(System.getProperty("user.home"), ".local", "share", "aloft", "demo");
    }

    /// The folder of the mu-plugin: beside the program, where the launcher says that is.
    private static Path plugin() throws Failure {
        Path folder = Path.of(System.getProperty("aloft.home", "."), "wordpress")
                .toAbsolutePath()
                .normalize();
        if (!Files.isRegularFile(folder.resolve("aloft.php"))) {
            throw new Failure(
                    Failure.Code.MACHINE,
                    "there is no WordPress plugin at " + folder,
                    "start the demo with ./aloft from a clone of the repository");
        }
        return folder;
    }
}
