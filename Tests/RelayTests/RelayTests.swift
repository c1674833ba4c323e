import Testing
import Relay
