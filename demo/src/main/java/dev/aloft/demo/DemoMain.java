package dev.aloft.demo;

import dev.aloft.cli.Main;

/// The `aloft` command with the demo, as `aloft-demo.jar` has it.
final class DemoMain {

    private DemoMain() {}

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] arguments) {
        Main.run(new DemoCommand(), arguments);
    }
}
