cask "hoplab-app" do
  arch arm: "arm64", intel: "x64"

  version "{{version}}"
  sha256 arm:   "{{arm64}}",
         intel: "{{x64}}"

  url "{{home}}/releases/download/v#{version}/hoplab-#{version}-mac-#{arch}.dmg"
  name "Hoplab"
  desc "Bare Linux machines to a kubeadm cluster, and the path of every packet"
  homepage "{{home}}"

  app "Hoplab.app"

  caveats <<~TEXT
    A build without a Developer ID signature is stopped by macOS when it is first opened.
    Allow it in System Settings, Privacy & Security. The release's page says which builds are signed.
  TEXT
end
